/** One bulletin's story: where it stands everywhere, not what it says. */

import type { Explainer } from '../federation/explain.ts';
import { pathText } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface ExplainParts {
  explainer: Explainer;
}

export function explainRoutes({ explainer }: ExplainParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/explain/:asked',
      access: ['clerk', 'auditor', 'operator'],
      async answer(request, response, asker) {
        response.json(await explainer.explain(pathText(request, 'asked'), asker));
      },
    },
  ];
}

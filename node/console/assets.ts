/** The page's one stylesheet and one script. Their addresses change with what they hold, so that browsers may keep them. */

import { readFileSync } from 'node:fs';
import { formatHex } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import type { PublicRoute } from '../http/route.ts';

const yearSeconds = 365 * 24 * 3600;

/** Reads both files, which lie beside this one. */
export function loadAssets(hash: Hash): { style: string; script: string; routes: PublicRoute[] } {
  const load = (name: string, type: string) => {
    const bytes = readFileSync(new URL(`assets/${name}.${type}`, import.meta.url));
    return { path: `/assets/${name}-${formatHex(hash(bytes)).slice(0, 12)}.${type}`, type, bytes };
  };
  const [style, script] = [load('console', 'css'), load('console', 'js')];
  const routes = [style, script].map(({ path, type, bytes }): PublicRoute => {
    return {
      method: 'get',
      path,
      access: 'public',
      answer(_request, response) {
        response.set('cache-control', `public, max-age=${yearSeconds}, immutable`).type(type).send(bytes);
      },
    };
  });
  return { style: style.path, script: script.path, routes };
}

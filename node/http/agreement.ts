/** The agreement in force. */

import type { SignedAgreement } from '../agreement/signatures.ts';
import type { TokenRoute } from './route.ts';

export interface AgreementParts {
  version: Pick<SignedAgreement, 'digest' | 'agreement' | 'signedBy'>;
}

export function agreementRoutes({ version }: AgreementParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/agreement',
      access: ['clerk', 'auditor', 'operator', 'reader'],
      answer(_request, response) {
        const { digest, agreement, signedBy } = version;
        response.json({ digest, agreement, signedBy });
      },
    },
  ];
}

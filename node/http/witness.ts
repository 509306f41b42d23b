/** Our witness key for whoever asks (C2SP tlog-witness), below `/witness`: that is both its submission and its monitoring prefix. */

import express from 'express';
import type { Federation } from '../federation/federation.ts';
import { sizeMediaType } from '../log/add-checkpoint.ts';
import { pathText } from './input.ts';
import type { PublicRoute } from './route.ts';

export interface WitnessParts {
  federation: Pick<Federation, 'witness'>;
}

/** A note of 64 KiB, 63 hashes and the first line. */
const readSubmission = express.raw({ limit: '80kb', inflate: false, type: () => true });
const patienceMs = 20_000; // the log that asks can ask again

export function witnessRoutes({ federation: { witness } }: WitnessParts): PublicRoute[] {
  return [
    {
      method: 'post',
      path: '/add-checkpoint',
      access: 'public',
      reads: readSubmission,
      async answer(request, response) {
        const submitted = await witness.read(request.body instanceof Uint8Array ? request.body : new Uint8Array());
        if (!('lastSize' in submitted)) await waitFor(witness.bring(submitted));
        const done = 'lastSize' in submitted ? submitted : await witness.cosign(submitted);
        if ('line' in done) response.type('text/plain').send(`${done.line}\n`);
        // as it is: express would name a charset, and clients compare the type
        else response.status(409).setHeader('content-type', sizeMediaType).end(`${done.lastSize}\n`);
      },
    },
    {
      method: 'get',
      path: '/:log/checkpoint',
      access: 'public',
      async answer(request, response) {
        response.type('text/plain').send(await witness.latest(pathText(request, 'log')));
      },
    },
  ];
}

/** Until it is done, or nobody should wait any longer: it goes on by itself. */
async function waitFor(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

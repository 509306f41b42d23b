import { expect, it } from 'vitest';
import { Problem } from '../node/base/problem.ts';
import { reloadAll } from '../node/reload.ts';

it('reads each again by itself, and says of each what came of it', async () => {
  const lines: [string, object, string][] = [];
  const say = (level: string) => (facts: object, message: string) => void lines.push([level, facts, message]);
  const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const broken = new Error('a bug');
  await reloadAll(
    {
      certificate: () => Promise.reject(new Problem('tls/unreadable', { file: 'key.pem', reason: 'missing' })),
      other: () => Promise.reject(broken),
      rules: async () => ({ packs: 12 }),
    },
    logger,
  );
  expect(lines).toEqual([
    [
      'error',
      {
        what: 'certificate',
        code: 'tls/unreadable',
        facts: { file: 'key.pem', reason: 'missing' },
        reason: 'The TLS file key.pem cannot be used: it is missing or may not be read.',
      },
      'could not be read again: the old stays in use',
    ],
    ['error', { what: 'other', err: broken }, 'could not be read again: the old stays in use'],
    ['info', { what: 'rules', packs: 12 }, 'read again'],
  ]);
});

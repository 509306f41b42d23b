/** The vectors, read in Python: what must be taken is taken, what must be refused is refused with that code. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runPython } from './programs.ts';

const folder = new URL('../vectors/', import.meta.url);
const files = ['bulletin', 'agreement', 'log']
  .flatMap((part) =>
    readdirSync(new URL(`${part}/`, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${part}/${path}`),
  )
  .filter((path) => /\/(valid|invalid)\/.+\.json$/.test(path) && !path.includes('/add-checkpoint')) // requests to a witness
  .sort();

const { code, out, err } = await runPython('vectors.py');
const said = new Map(
  out
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { file, says } = JSON.parse(line);
      return [file as string, says as unknown];
    }),
);

test('the program in Python looks at all of them', () => {
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect([...said.keys()].sort()).toEqual(files);
});

test.each(files)('%s', (file) => {
  expect(said.get(file)).toEqual(wanted(file));
});

function wanted(file: string): unknown {
  const vector = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  if (file.startsWith('bulletin/')) return vector.expect.code ?? 'taken';
  if (file.startsWith('log/')) return file.includes('/valid/') ? 'good' : (vector.code ?? 'refused');
  const { digest, signedBy, inForce } = vector;
  return vector.code ?? { digest, signedBy, inForce };
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { isProblem } from '../../node/base/problem.ts';
import type { Evidence, Part } from '../../node/evidence/evidence.ts';
import { compileEvidenceSchema, readEvidence } from '../../node/evidence/read.ts';
import { formatEvidence } from '../support/evidence.ts';

const checks = compileEvidenceSchema(JSON.parse(readFileSync('schemas/evidence.json', 'utf8')));
const hash = `${'A'.repeat(43)}=`;
const note = 'a\n1\nb\n\n— a b\n';
const claim = {
  kind: 'fork',
  agreement: `sha-256:${'a'.repeat(43)}`,
  member: '310000',
  log: 'credit.sh.example/log',
  form: 'not-a-beginning',
} as const;
const parts: Part[] = [
  { section: 'agreements', value: { payload: 'e30', signatures: [{ protected: 'e30', signature: 'AA' }] } },
  { section: 'agreements', value: { payload: 'e31', signatures: [{ protected: 'e30', signature: 'AA' }] } },
  { section: 'fork', value: { notes: [note, note], root: hash, consistency: [hash] } },
];

async function* each<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

const formatted = () => formatEvidence({ claim, parts: each(parts) });

async function readAll(bytes: Uint8Array, chunk = 7): Promise<{ claim: Evidence['claim']; parts: Part[] }> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  );
  const evidence = await readEvidence(each(chunks), checks);
  const found: Part[] = [];
  for await (const part of evidence.parts) found.push(part);
  return { claim: evidence.claim, parts: found };
}

/** The line that is complained of. */
async function refusalOf(text: string | Uint8Array): Promise<unknown> {
  const word = await readAll(typeof text === 'string' ? utf8(text) : text).catch((error: unknown) => error);
  return isProblem(word) ? { code: word.code, line: word.facts.line } : word;
}

describe('the text of an evidence file', () => {
  it('is read as it was written, however its bytes come', async () => {
    const bytes = utf8(await formatted());
    for (const size of [1, 2, 13, 100_000]) expect(await readAll(bytes, size)).toEqual({ claim, parts });
  });

  it('is one JSON object', async () => {
    const value = JSON.parse(await formatted());
    expect(Object.keys(value)).toEqual(['mediaType', 'claim', 'agreements', 'fork']);
    expect(value.agreements).toHaveLength(2);
  });

  it('has one spelling: any line dropped, doubled or exchanged with the next is no form, or another file', async () => {
    const lines = (await formatted()).split('\n').slice(0, -1);
    const join = (changed: string[]) => `${changed.join('\n')}\n`;
    for (const [i, line] of lines.entries()) {
      const others = [lines.toSpliced(i, 1), lines.toSpliced(i, 0, line)];
      if (i > 0) others.push(lines.toSpliced(i - 1, 2, line, lines[i - 1] as string));
      for (const other of others) {
        const word = await readAll(utf8(join(other))).catch((error: unknown) => error);
        expect(word).not.toEqual({ claim, parts });
      }
    }
  });

  it('refuses carriage returns, a byte-order mark, a missing end, more after it, and other versions, with the line', async () => {
    const text = await formatted();
    const first = { code: 'evidence/malformed', line: 1 };
    expect(await refusalOf(text.replaceAll('\n', '\r\n'))).toEqual(first);
    expect(await refusalOf(`\ufeff${text}`)).toEqual(first);
    expect(await refusalOf('')).toEqual(first);
    expect(await refusalOf('{}')).toEqual(first);
    expect(await refusalOf('[{"payload":"e30","signatures":[]}]\n')).toEqual(first);
    expect(await refusalOf(text.slice(0, -1))).toMatchObject({ code: 'evidence/malformed', line: 8 });
    expect(await refusalOf(`${text} `)).toMatchObject({ code: 'evidence/malformed', line: 9 });
    expect(await refusalOf(`${text}\n`)).toMatchObject({ code: 'evidence/malformed', line: 9 });
    expect(await refusalOf(text.replace('version=1', 'version=2'))).toMatchObject({ code: 'evidence/unknown-version' });
    const broken = utf8(text);
    broken[broken.length - 5] = 0xff;
    expect(await refusalOf(broken)).toMatchObject({ code: 'evidence/malformed' });
  });

  it('refuses values that are not in their one form', async () => {
    const text = await formatted();
    expect(await refusalOf(text.replace('"payload":"e30","signatures"', '"payload":"e30", "signatures"'))).toEqual({
      code: 'evidence/malformed',
      line: 4,
    });
    expect(await refusalOf(text.replace('"form":"not-a-beginning"', '"form":"other"'))).toEqual({
      code: 'evidence/malformed',
      line: 2,
    });
  });

  it('cannot be written with a part out of its order, or twice', async () => {
    const [first, , fork] = parts as [Part, Part, Part];
    await expect(formatEvidence({ claim, parts: each([fork, first]) })).rejects.toThrow(RangeError);
    await expect(formatEvidence({ claim, parts: each([first, fork, fork]) })).rejects.toThrow(RangeError);
    await expect(formatEvidence({ claim, parts: each([first]) })).rejects.toThrow(RangeError);
  });
});

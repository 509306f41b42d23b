import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

let folder: string;
let digest: string;
const at = (name: string) => join(folder, name);
const agreement = (...argv: string[]) =>
  runCli(['agreement', ...argv], { now: () => new Date('2026-06-01T00:00:00Z') });
const sign = (from: string, keys: string, member: string, ...more: string[]) =>
  agreement('sign', at(from), '--keys', at(keys), '--member', member, ...more);

/** A page of these blocks. */
async function page(name: string, blocks: string[], ...more: string[]): Promise<string> {
  const argv = blocks.flatMap((block) => ['--block', at(block)]);
  const { code, err } = await agreement('init', ...argv, ...more, '--out', at(name));
  expect({ code, err }).toMatchObject({ code: 0 });
  return readFile(at(name), 'utf8');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-amendment-'));
  for (const [name, id] of [
    ['sh', '310000'],
    ['js', '320000'],
    ['zj', '330000'],
    ['js2', '320000'],
  ] as const) {
    const issuer = `https://credit.${name.slice(0, 2)}.gov.cn`;
    const { out } = await runCli(['keys', 'create', '--out', at(name), '--member', id, '--issuer', issuer]);
    await writeFile(at(`${name}.yaml`), out);
  }
  await page('one.yaml', ['sh.yaml', 'js.yaml']);
  await sign('one.yaml', 'sh', '310000', '--out', at('one.json'));
  await sign('one.json', 'js', '320000', '--out', at('one.json'));
  digest = (await agreement('digest', at('one.json'))).out.trim();
  // Zhejiang joins, and Jiangsu changes all its keys.
  const text = await page('two.yaml', ['sh.yaml', 'js2.yaml', 'zj.yaml'], '--from', '2026-07-01');
  await writeFile(at('two.yaml'), text.replace('version: 1', `version: 2\nprevious: ${digest}`));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('signs an amendment with the keys that the version before lists, and joiners with their own', async () => {
  const previous = ['--previous', at('one.json')];
  expect(await sign('two.yaml', 'js2', '320000', ...previous)).toMatchObject({ code: 1 }); // the new key is not yet its own
  const out = ['--out', at('two.json')];
  expect(await sign('two.yaml', 'js', '320000', ...previous, ...out)).toMatchObject({
    code: 0,
    err: expect.stringMatching(/Still to sign: 310000, 330000\n$/),
  });
  expect(await sign('two.json', 'zj', '330000', ...previous, ...out)).toMatchObject({ code: 0 });
  expect(await agreement('verify', at('two.json'), ...previous)).toMatchObject({ code: 1 });
  expect(await sign('two.json', 'sh', '310000', ...previous, ...out)).toMatchObject({
    code: 0,
    err: 'All members have signed.\n',
  });
  expect(await agreement('verify', at('two.json'), ...previous)).toMatchObject({ code: 0 });
  expect(await agreement('verify', at('two.json'))).toMatchObject({ code: 1, err: expect.stringContaining(digest) });
});

it('reads a file with both versions as the newer, and so compares, draws and prints it', async () => {
  const [one, two] = [await readFile(at('one.json'), 'utf8'), await readFile(at('two.json'), 'utf8')];
  await writeFile(at('both.json'), `[${one},${two}]`);
  expect(await agreement('verify', at('both.json'))).toMatchObject({ code: 0, out: expect.stringContaining('330000') });
  expect((await agreement('matrix', at('both.json'))).out).toContain('330000 Zhejiang');
  expect((await agreement('print', at('both.json'), '--out', at('both.html'))).code).toBe(0);
  for (const next of ['both.json', 'two.json', 'two.yaml']) {
    const { out } = await agreement('diff', at('one.json'), at(next));
    expect(out).toContain('Zhejiang (330000) joins');
    expect(out).not.toContain('is not the one that follows');
  }
});

it('checks an amendment against the version before', async () => {
  expect(await agreement('check', at('two.yaml'), '--previous', at('one.json'))).toMatchObject({
    code: 0,
    out: expect.stringContaining('the log credit.js.gov.cn/log gets another key'),
  });
  await writeFile(at('wrong.yaml'), (await readFile(at('two.yaml'), 'utf8')).replace('version: 2', 'version: 4'));
  expect(await agreement('check', at('wrong.yaml'), '--previous', at('one.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('`version` must be 2'),
  });
});

it('adds no signature to a file with several versions, which would lose the others', async () => {
  expect(await sign('both.json', 'sh', '310000', '--out', at('both.json'))).toMatchObject({ code: 2 });
});

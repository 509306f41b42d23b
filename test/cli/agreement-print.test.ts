import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleAgreement, signedAgreement } from '../support/agreement.ts';
import { runCli } from '../support/cli.ts';

const sample = 'config/agreements/yrd-ip-credit.yaml';
let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-print-'));
  await writeFile(at('signed.json'), JSON.stringify(await signedAgreement(sampleAgreement(), ['310000', '320000'])));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('prints a signed file with who has signed it, and reads the digest out', async () => {
  const { out: digest } = await runCli(['agreement', 'digest', at('signed.json')]);
  const { code, out } = await runCli(['agreement', 'print', at('signed.json'), '--out', at('signed.html')]);
  expect(code).toBe(0);
  const groups = [...out.matchAll(/^ {2}(\S{1,4}) +\S/gm)].map(([, group]) => group);
  expect(`sha-256:${groups.join('')}\n`).toBe(digest);
  const page = await readFile(at('signed.html'), 'utf8');
  expect(page.match(/已签，签名正确/g)).toHaveLength(2);
  expect(page).toContain('Agreement of the Yangtze River Delta');
});

it('prints a page as a draft, with the digest that it would have', async () => {
  const argv = ['agreement', 'print', sample, '--out', at('draft.html'), '--json'];
  const { code, out } = await runCli(argv);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ file: at('draft.html'), digest: expect.stringMatching(/^sha-256:/), keys: [] });
  expect(await readFile(at('draft.html'), 'utf8')).toContain('这是尚未签署的文稿');
});

it('overwrites nothing and prints nothing that is no agreement', async () => {
  expect(await runCli(['agreement', 'print', sample, '--out', at('signed.json')])).toMatchObject({ code: 2 });
  await writeFile(at('bad.yaml'), 'id: x\n');
  expect(await runCli(['agreement', 'print', at('bad.yaml'), '--out', at('bad.html')])).toMatchObject({ code: 1 });
  await expect(readFile(at('bad.html'))).rejects.toThrow();
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseYaml } from '../../node/base/yaml.ts';
import { runCli } from '../support/cli.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const init = (...more: string[]) =>
  runCli(['agreement', 'init', ...more], { now: () => new Date('2026-06-01T00:00:00Z') });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-init-'));
  const create = (name: string, member: string, issuer: string, ...more: string[]) =>
    runCli(['keys', 'create', '--out', at(name), '--member', member, '--issuer', issuer, ...more]);
  await writeFile(at('a.yaml'), (await create('a', '310000', 'https://credit.sh.gov.cn')).out);
  await writeFile(at('b.json'), (await create('b', '360000', 'https://credit.jx.gov.cn', '--json')).out);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('makes of two blocks a page that passes the check and is signed into force, with no hand on it', async () => {
  const made = await init('--block', at('a.yaml'), '--block', at('b.json'), '--out', at('page.yaml'));
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining('2 points') });
  expect(await runCli(['agreement', 'check', at('page.yaml')])).toMatchObject({ code: 0 });
  const sign = (from: string, name: string, member: string) =>
    runCli(['agreement', 'sign', at(from), '--keys', at(name), '--member', member, '--out', at('signed.json')]);
  expect(await sign('page.yaml', 'a', '310000')).toMatchObject({ code: 0 });
  expect(await sign('signed.json', 'b', '360000')).toMatchObject({ code: 0, err: 'All members have signed.\n' });
  expect(await runCli(['agreement', 'verify', at('signed.json')])).toMatchObject({ code: 0 });
});

it('takes the pins of a block that has the line of huxin tls create too', async () => {
  const pins = ['4eFdG1VYvdFwOTpX10B5mFb2bhYhzVaXvGxm2ywyRVs='];
  await writeFile(
    at('pinned.yaml'),
    `${await readFile(at('a.yaml'), 'utf8')}  certificatePins: ${JSON.stringify(pins)}\n`,
  );
  const { out } = await init('--block', at('pinned.yaml'), '--block', at('b.json'));
  const { value } = parseYaml(out) as { value: { members: { certificatePins?: string[] }[] } };
  expect(value.members.map(({ certificatePins }) => certificatePins)).toEqual([pins, undefined]);
});

it('takes names, authorities, addresses, title, id and day from options, and members still without keys', async () => {
  const { code, out } = await init(
    ...[
      '--block',
      at('a.yaml'),
      '--member',
      '320000=https://credit.js.gov.cn',
      '--name',
      '320000=江苏/Jiangsu (trial)',
    ],
    ...['--authority', '320000=11320000000241509U', '--endpoint', '320000=https://node.js.gov.cn'],
    ...['--id', 'two', '--title', '两省协议/Agreement of two', '--from', '2026-07-01', '--json'],
  );
  const { value } = parseYaml(JSON.parse(out).page) as { value: Record<string, unknown> };
  expect(code).toBe(0);
  expect(value).toMatchObject({
    id: 'two',
    title: { zh: '两省协议', en: 'Agreement of two' },
    effective: { from: '2026-07-01' },
    members: [
      { id: '310000', keys: { bulletin: [{ kty: 'EC' }] }, endpoint: 'https://credit.sh.gov.cn' },
      {
        id: '320000',
        name: { zh: '江苏', en: 'Jiangsu (trial)' },
        authority: '11320000000241509U',
        issuer: 'https://credit.js.gov.cn',
        endpoint: 'https://node.js.gov.cn',
        origin: 'credit.js.gov.cn/log',
      },
    ],
  });
});

it('has two members to be replaced when none is named, and begins today', async () => {
  const { code, out } = await init();
  expect(code).toBe(0);
  expect(parseYaml(out)).toMatchObject({
    mistakes: [],
    value: { effective: { from: '2026-06-01' }, members: [{}, {}] },
  });
});

it.each([
  [['--member', '310000=https://credit.sh.gov.cn'], 'two members at least'],
  [['--block', 'a.yaml', '--member', '310000=https://credit.sh.gov.cn'], 'there twice'],
  [['--member', 'Shanghai'], '--member is'],
  [['--block', 'a.yaml', '--block', 'b.json', '--name', '330000=浙江/Zhejiang'], 'is no member'],
  [['--title', 'one language'], '“中文/English”'],
  [['--from', 'tomorrow'], 'YYYY-MM-DD'],
  [['--block', 'none.yaml'], 'cannot read'],
  [['--block', 'a/log.json'], 'is no block'],
])('refuses %j', async (argv, words) => {
  const files = argv.map((word, i) => (argv[i - 1] === '--block' ? at(word) : word));
  expect(await init(...files)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
});

it('overwrites nothing', async () => {
  await writeFile(at('mine.yaml'), 'mine');
  expect(await init('--out', at('mine.yaml'))).toMatchObject({ code: 2 });
  expect(await readFile(at('mine.yaml'), 'utf8')).toBe('mine');
});

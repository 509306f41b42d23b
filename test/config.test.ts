import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isProblem, type Problem } from '../node/base/problem.ts';
import { type ConfigMistake, loadConfig } from '../node/config.ts';
import { readCliEnvironment } from '../node/environment.ts';
import { configTemplate, loadSchemas, shippedSchemas } from '../node/shipped.ts';

let folder: string;
let file: string;
const nothing = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-config-'));
  file = join(folder, 'huxin.yaml');
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'agreement.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const least = `member: "310000"
listen: { port: 8310 }
database: sqlite:data/huxin.db
keys: keys
agreement: agreement.json
`;

/** Any files do: what is in them is seen when they are read. */
const withTls = 'tls: { certificate: agreement.json, key: huxin.yaml }\n';

async function load(text: string, environment: Record<string, string> = nothing) {
  await writeFile(file, text);
  return loadConfig(file, environment);
}

async function mistakesOf(text: string, environment: Record<string, string> = nothing): Promise<ConfigMistake[]> {
  const error: unknown = await load(text, environment).catch((refusal: unknown) => refusal);
  if (!isProblem(error)) throw new Error('it was not refused', { cause: error });
  expect(error.code).toBe('config/invalid');
  return (error as Problem).facts.mistakes as ConfigMistake[];
}

it('fills in what is not said, and makes paths absolute from the file’s folder', async () => {
  expect(await load(least)).toEqual({
    member: '310000',
    listen: { host: '127.0.0.1', port: 8310 },
    noProxy: [],
    database: `sqlite:${join(folder, 'data/huxin.db')}`,
    keys: join(folder, 'keys'),
    signers: { timeoutMs: 10_000 },
    agreement: join(folder, 'agreement.json'),
    schemas: resolve('schemas'),
    codes: resolve('config/codes.yaml'),
    erasures: join(folder, 'erasures.ndjson'),
    rules: resolve('config/rules'),
    holidays: resolve('config/holidays'),
    imports: { greatestFileBytes: 64 * 1024 * 1024, greatestUnpackedBytes: 256 * 1024 * 1024 },
    questions: { keepYears: 10 },
    fourEyes: [],
    measures: [],
    rates: { callerPerMinute: 600, peerPerMinute: 6_000 },
    metrics: { open: false },
    alarms: { diskFreeBytes: 1024 * 1024 * 1024, certificateDays: 30 },
    webhook: {},
    logLevel: 'info',
  });
});

it('knows where the passphrase of the keys lies, and never the passphrase', async () => {
  const inFile = await load(`${least}keyPassphraseFile: key-passphrase\n`);
  expect(inFile.keyPassphraseFile).toBe(join(folder, 'key-passphrase'));
  const asCredential = { HUXIN_KEY_PASSPHRASE_FILE: '/run/credentials/huxin.service/key-passphrase' };
  expect((await load(least, asCredential)).keyPassphraseFile).toBe(asCredential.HUXIN_KEY_PASSPHRASE_FILE);
  expect(JSON.stringify(await load(least, { HUXIN_KEY_PASSPHRASE: 'correct horse' }))).not.toContain('horse');
});

it('takes the programs that sign, from the file’s folder on', async () => {
  const { signers } = await load(`${least}signers: { log: [bin/signer, --slot, "1"], timeoutSeconds: 3 }\n`);
  expect(signers).toEqual({ log: [join(folder, 'bin/signer'), '--slot', '1'], timeoutMs: 3_000 });
  expect(await mistakesOf(`${least}signers: { log: [] }\n`)).toHaveLength(1);
});

it('is frozen throughout', async () => {
  const config = await load(least);
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.listen)).toBe(true);
});

it('leaves the address of a PostgreSQL as it is', async () => {
  const address = 'postgres://huxin@127.0.0.1/huxin?sslmode=require';
  expect((await load(least.replace('sqlite:data/huxin.db', address))).database).toBe(address);
});

it('lets the environment override any setting, in the type that the setting has', async () => {
  const config = await load(least, {
    HUXIN_MEMBER: '320000',
    HUXIN_LISTEN_PORT: '0',
    HUXIN_LISTEN_HOST: '::1',
    HUXIN_DATABASE: 'postgres://there/huxin',
    HUXIN_IMPORTS_GREATEST_FILE_MIB: '1',
    HUXIN_METRICS_OPEN: 'true',
    HUXIN_LOG_LEVEL: 'silent',
    HUXIN_PORT: 'tcp://10.0.0.1:8310', // as an orchestrator adds for a service of that name
  });
  expect(config).toMatchObject({
    member: '320000',
    listen: { host: '::1', port: 0 },
    database: 'postgres://there/huxin',
    imports: { greatestFileBytes: 1024 * 1024 },
    metrics: { open: true },
    logLevel: 'silent',
  });
});

it('can be said by the environment alone', async () => {
  const config = await load('', {
    HUXIN_MEMBER: '330000',
    HUXIN_LISTEN_PORT: '1',
    HUXIN_DATABASE: 'sqlite:a.db',
    HUXIN_KEYS: 'keys',
    HUXIN_AGREEMENT: 'agreement.json',
  });
  expect(config.member).toBe('330000');
});

it('reports every mistake at once, with file, line and column and in both languages', async () => {
  const mistakes = await mistakesOf(`member: 310000
listen:
  host: 0.0.0.0
  port: 70000
database: mysql://x
keys: nowhere
colour: red
log: { level: loud }
`);
  expect(mistakes.map(({ pointer, line, column }) => [pointer, line, column])).toEqual(
    expect.arrayContaining([
      ['', 1, 1], // agreement is missing
      ['/member', 1, 9],
      ['/listen/host', 3, 9],
      ['/listen/port', 4, 9],
      ['/database', 5, 11],
      ['/keys', 6, 7],
      ['/colour', 7, 9],
      ['/log/level', 8, 15],
    ]),
  );
  expect(mistakes).toHaveLength(8);
  for (const { file: where, zh, en } of mistakes) {
    expect(where).toBe(file);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/^[\x20-\x7e…]+$/);
  }
  expect(mistakes).toContainEqual({
    file,
    line: 4,
    column: 9,
    pointer: '/listen/port',
    zh: 'listen.port（端口）：应为：0 到 65535 的整数，0 为任一空闲端口',
    en: 'listen.port (Port): must be a whole number from 0 to 65535; 0 takes a free one',
  });
  expect(mistakes).toContainEqual(
    expect.objectContaining({ zh: 'colour：没有这项配置', en: 'colour: there is no such setting' }),
  );
  expect(mistakes).toContainEqual(
    expect.objectContaining({ zh: expect.stringContaining('agreement（框架协议）：缺少此项') }),
  );
});

it('names the variable when the environment is wrong', async () => {
  const mistakes = await mistakesOf(least, { HUXIN_LISTEN_PORT: 'eighty', HUXIN_LISTEN_HOST: '192.0.2.1' });
  expect(mistakes.map(({ file: where, line }) => [where, line])).toEqual([
    ['HUXIN_LISTEN_PORT', undefined],
    ['HUXIN_LISTEN_HOST', undefined],
  ]);
});

it.each(['0.0.0.0', '::', '192.0.2.1', 'credit.sh.example'])('refuses to listen on %s without TLS', async (host) => {
  const [mistake, ...others] = await mistakesOf(least.replace('{ port', `{ host: "${host}", port`));
  expect(mistake).toMatchObject({ pointer: '/listen/host', line: 2 });
  expect(others).toEqual([]);
});

it('listens anywhere with TLS, unless a proxy before it speaks TLS', async () => {
  const anywhere = least.replace('{ port', '{ host: 0.0.0.0, port');
  expect(await load(`${anywhere}${withTls}`)).toMatchObject({
    listen: { host: '0.0.0.0' },
    tls: { certificate: join(folder, 'agreement.json'), key: join(folder, 'huxin.yaml') },
  });
  expect(await mistakesOf(`${anywhere}${withTls.replace(' }', ', endedBy: proxy }')}`)).toEqual([
    expect.objectContaining({ pointer: '/listen/host', en: expect.stringContaining('set certificate and key') }),
  ]);
});

it('wants certificate and key, both of them, and there', async () => {
  const mistakes = await mistakesOf(`${least}tls: { certificate: nowhere.pem }\n`);
  expect(mistakes.map(({ pointer, en }) => [pointer, en])).toEqual([
    ['/tls', expect.stringContaining('tls.key (Key): is missing')],
    ['/tls/certificate', `tls.certificate: there is no such file: ${join(folder, 'nowhere.pem')}`],
  ]);
});

it('takes a proxy by its address, and hosts that are called without it', async () => {
  const proxied = await load(`${least}proxy: http://proxy.example:3128\nnoProxy: [.gov.example, 10.0.0.1]\n`);
  expect(proxied).toMatchObject({ proxy: 'http://proxy.example:3128', noProxy: ['.gov.example', '10.0.0.1'] });
  expect(await load(least, { HUXIN_PROXY: 'http://u:p@proxy.example', HUXIN_NO_PROXY: 'a.example,b.example' })).toEqual(
    expect.objectContaining({ proxy: 'http://u:p@proxy.example', noProxy: ['a.example', 'b.example'] }),
  );
  expect(
    await load(least, { HTTP_PROXY: 'http://proxy.example', HTTPS_PROXY: 'http://proxy.example' }),
  ).not.toHaveProperty('proxy');
});

it.each(['proxy.example:3128', 'https://proxy.example', 'http://proxy.example/path', 'socks5://proxy.example'])(
  'refuses %s as a proxy',
  async (proxy) => {
    expect(await mistakesOf(`${least}proxy: "${proxy}"\n`)).toEqual([expect.objectContaining({ pointer: '/proxy' })]);
  },
);

it('refuses to keep questions for less than ten years', async () => {
  const [mistake] = await mistakesOf(`${least}questions: { keepYears: 9 }\n`);
  expect(mistake).toMatchObject({ pointer: '/questions/keepYears', line: 6 });
  expect((await load(`${least}questions: { keepYears: 15 }\n`)).questions.keepYears).toBe(15);
});

it('refuses a group that is none', async () => {
  const mistakes = await mistakesOf(least.replace('{ port: 8310 }', '5'), { HUXIN_LISTEN_PORT: '1' });
  expect(mistakes.map(({ pointer }) => pointer)).toEqual(['/listen']);
});

it('passes on the mistakes of the YAML itself', async () => {
  const mistakes = await mistakesOf(`${least}member: "320000"\n`);
  expect(mistakes).toEqual([expect.objectContaining({ file, line: 6, column: 1, zh: expect.any(String) })]);
});

it('says that there is no such file', () => {
  expect(() => loadConfig(join(folder, 'none.yaml'), nothing)).toThrow(
    expect.objectContaining({
      code: 'config/invalid',
      facts: { mistakes: [expect.objectContaining({ file: join(folder, 'none.yaml') })] },
    }),
  );
});

it('offers a template that is a configuration', async () => {
  expect(await load(configTemplate())).toMatchObject({ member: '310000', listen: { host: '127.0.0.1', port: 8310 } });
});

it('offers a template that shows every setting, with its default', async () => {
  const shown = parse(configTemplate().replaceAll(/^# (?=\s*[a-z]\w+:)/gm, ''));
  const defaults = await load(least);
  const schema = loadSchemas(shippedSchemas()).get('config') as { properties: Record<string, object> };
  expect(Object.keys(shown).sort()).toEqual(Object.keys(schema.properties).sort());
  expect(shown).toMatchObject({
    imports: {
      greatestFileMib: defaults.imports.greatestFileBytes / 1024 / 1024,
      greatestUnpackedMib: defaults.imports.greatestUnpackedBytes / 1024 / 1024,
    },
    rates: defaults.rates,
    metrics: defaults.metrics,
    alarms: { diskFreeMib: 1024, certificateDays: defaults.alarms.certificateDays },
    log: { level: defaults.logLevel },
  });
});

it('has in code the defaults that the schema promises', async () => {
  const { listen, tls, signers, imports, questions, rates, metrics, alarms, logLevel } = await load(
    `${least}${withTls}`,
  );
  const schema = JSON.stringify(loadSchemas(shippedSchemas()).get('config'));
  const promised = [...schema.matchAll(/"default":("[^"]*"|\d+|true|false)/g)].map(([, value]) =>
    JSON.parse(value ?? ''),
  );
  expect(promised).toEqual([
    listen.host,
    tls?.endedBy,
    tls?.clientCertificates,
    signers.timeoutMs / 1000,
    imports.greatestFileBytes / 1024 / 1024,
    imports.greatestUnpackedBytes / 1024 / 1024,
    questions.keepYears,
    rates.callerPerMinute,
    rates.peerPerMinute,
    metrics.open,
    alarms.diskFreeBytes / 1024 / 1024,
    alarms.certificateDays,
    logLevel,
  ]);
});

it('loads every schema by its name', () => {
  const schemas = loadSchemas(shippedSchemas());
  expect([...schemas.keys()]).toEqual(expect.arrayContaining(['agreement', 'config', 'bulletin/penalty']));
  expect(schemas.get('bulletin/penalty')).toHaveProperty('$schema');
});

it('ranks the variables of the locale as POSIX does', () => {
  expect(readCliEnvironment({ LANG: 'zh_CN.UTF-8' })).toEqual({ locale: 'zh_CN.UTF-8' });
  expect(readCliEnvironment({ LC_ALL: 'C', LC_MESSAGES: 'en_GB', LANG: 'zh_CN' })).toEqual({ locale: 'C' });
  expect(
    readCliEnvironment({ LC_MESSAGES: 'en_GB', LANG: 'zh_CN', HUXIN_NODE: 'http://127.0.0.1:1', HUXIN_TOKEN: 't' }),
  ).toEqual({
    locale: 'en_GB',
    node: 'http://127.0.0.1:1',
    token: 't',
  });
});

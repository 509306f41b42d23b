/**
 * A node's configuration: a YAML file and the environment → one frozen value, or every mistake at once. Its form is
 * `schemas/config.json`, whose bilingual titles and descriptions are also the words of the complaints. Only this file
 * reads the environment.
 */

import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isLoopback, isSafeAddress } from './base/loopback.ts';
import { parsePointer } from './base/pointer.ts';
import { Problem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import { parseYaml } from './base/yaml.ts';
import { shipped } from './shipped.ts';

/** Paths are absolute, sizes bytes. */
export interface Config {
  /** GB/T 2260 code. */
  member: string;
  listen: { host: string; port: number };
  /** The node's own certificate; without it plain HTTP is spoken, on loopback. */
  tls?: TlsConfig;
  /** `http://host:port` through which others are called, unless their host is in `noProxy`. */
  proxy?: string;
  /** Hosts, or `.suffix` for all below a domain. */
  noProxy: readonly string[];
  /** `sqlite:<absolute path>` or `postgres://…`. */
  database: string;
  /** Folder of the private keys. */
  keys: string;
  /** File with the passphrase of the keys, where the environment does not say it. */
  keyPassphraseFile?: string;
  /** For each use whose key a program holds: its absolute path and its arguments. */
  signers: { [use in 'bulletin' | 'log' | 'witness']?: readonly string[] } & { timeoutMs: number };
  /** File with the signed agreement, a General JWS. */
  agreement: string;
  /** Folder with `bulletin/<type>.json` and the others. */
  schemas: string;
  /** File with the code lists. */
  codes: string;
  /** Folder of rule packs. */
  rules: string;
  /** Folder of holidays, a file a year. */
  holidays: string;
  imports: { greatestFileBytes: number; greatestUnpackedBytes: number };
  /** File of the ledger of erasures. */
  erasures: string;
  /** Types of steps that a second person must approve. */
  fourEyes: readonly string[];
  /** Codes of the measures on this province's published list. */
  measures: readonly string[];
  /** How long who asked what is kept. */
  questions: { keepYears: number };
  rates: { callerPerMinute: number; peerPerMinute: number };
  /** Whether metrics are shown on this machine without a token. */
  metrics: { open: boolean };
  alarms: {
    /** Space on a disk below which there is an alarm. */
    diskFreeBytes: number;
    /** Days before its end at which a certificate is one. */
    certificateDays: number;
  };
  /** Where alarms are sent; nowhere without `url`. */
  webhook: { url?: string };
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export interface TlsConfig {
  /** PEM files. */
  certificate: string;
  key: string;
  /** Who speaks TLS with callers: the node, or a proxy before it. Then the certificate is shown to whom we call only. */
  endedBy: 'node' | 'proxy';
  /** Whether a calling member must show a certificate that the agreement pins for it, if it pins any. */
  clientCertificates: 'pinned' | 'none';
}

/** One mistake: where, and what, in both languages. `file` is the variable's name for what came from the environment. */
export interface ConfigMistake {
  file: string;
  line?: number;
  column?: number;
  /** RFC 6901. */
  pointer: string;
  zh: string;
  en: string;
}

/** What the commands take from the environment. */
export interface CliEnvironment {
  node?: string;
  token?: string;
  /** As POSIX ranks them: LC_ALL, LC_MESSAGES, LANG. */
  locale: string;
}

/** What is said of the keys where neither configuration nor command line may say it. */
export interface KeyEnvironment {
  passphrase?: string;
  /** Folder in which systemd shows a service its credentials. */
  credentials?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting of the schema: an object of settings, or a value. */
interface Setting {
  title: string;
  description: string;
  type?: string;
  properties?: Record<string, Setting>;
}

type Tree = { [name: string]: unknown };

/**
 * Reads the file, lays the environment over it (`HUXIN_LISTEN_PORT` is `listen.port`) and checks the whole. Relative
 * paths start from the file's folder.
 *
 * @throws {Problem} config/invalid with all `mistakes`
 */
export function loadConfig(file: string, environment: Environment = process.env): Config {
  const path = resolve(file);
  const text = readText(path);
  if (text === undefined) {
    throw invalid([{ file: path, pointer: '', zh: '读不到配置文件', en: 'the configuration file cannot be read' }]);
  }
  const { value: read, positionOf, mistakes } = parseYaml(text);
  if (mistakes.length > 0) {
    throw invalid(
      mistakes.map(({ line, column, zh, message }) => ({ file: path, line, column, pointer: '', zh, en: message })),
    );
  }
  const value = read ?? {}; // an empty file, when everything is said by the environment

  const schema = JSON.parse(readFileSync(resolve(shipped(), 'schemas/config.json'), 'utf8')) as Setting; // our own file
  const variables = applyEnvironment(value, schema, environment);
  const place = (pointer: string) => {
    const variable = variables.get(pointer);
    return variable ? { file: variable, pointer } : { file: path, pointer, ...positionOf(pointer) };
  };
  const found = [...checkForm(value, schema), ...checkValues(value, dirname(path))];
  if (found.length > 0) throw invalid(found.map(({ pointer, zh, en }) => ({ ...place(pointer), zh, en })));
  return toConfig(value as Tree, dirname(path)); // the schema found an object
}

/** The variable of a setting: `['listen', 'port']` → `HUXIN_LISTEN_PORT`. */
export function variableOf(path: readonly string[]): string {
  return `HUXIN_${path.map((word) => word.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()).join('_')}`;
}

/** What a command line without a configuration file needs. */
export function readCliEnvironment(environment: Environment = process.env): CliEnvironment {
  const { HUXIN_NODE: node, HUXIN_TOKEN: token, LC_ALL, LC_MESSAGES, LANG } = environment;
  return { ...(node && { node }), ...(token && { token }), locale: LC_ALL || LC_MESSAGES || LANG || '' };
}

/** What opens the private keys, as far as the environment says. */
export function readKeyEnvironment(environment: Environment = process.env): KeyEnvironment {
  const { HUXIN_KEY_PASSPHRASE: passphrase, CREDENTIALS_DIRECTORY: credentials } = environment;
  return { ...(passphrase && { passphrase }), ...(credentials && { credentials }) };
}

/** The environment for a program that signs: ours without anything of the node's own, which may be secret. */
export function readSignerEnvironment(environment: Environment = process.env): Record<string, string> {
  const kept = Object.entries(environment).filter(([name, value]) => value !== undefined && !name.startsWith('HUXIN_'));
  return Object.fromEntries(kept) as Record<string, string>; // undefined was filtered out
}

/** How many threads Node's pool has; undefined when nothing says it. */
export function readPoolSize(environment: Environment = process.env): number | undefined {
  const { UV_THREADPOOL_SIZE: threads } = environment;
  return threads && /^\d+$/.test(threads) ? Number(threads) : undefined;
}

interface Finding {
  pointer: string;
  zh: string;
  en: string;
}

function checkForm(value: unknown, schema: Setting): Finding[] {
  const findings = compileSchema(schema)(value).map(({ pointer, message }): Finding => {
    const [, missing] = /required property '(.+)'/.exec(message) ?? [];
    if (missing) {
      const lacking = `${pointer}/${missing}`;
      return complain(pointer, settingAt(schema, lacking), lacking, '缺少此项：', 'is missing: ');
    }
    return complain(pointer, settingAt(schema, pointer), pointer, '应为：', 'must be ');
  });
  return findings.filter(
    ({ pointer, zh }, at) => at === findings.findIndex((one) => one.pointer === pointer && one.zh === zh),
  );
}

function complain(pointer: string, setting: Setting | undefined, of: string, zh: string, en: string): Finding {
  const name = parsePointer(of).join('.');
  if (!setting) return { pointer, zh: `${name}：没有这项配置`, en: `${name}: there is no such setting` };
  const [titleZh, titleEn] = split(setting.title);
  const [wantedZh, wantedEn] = split(setting.description);
  const names = name === '' ? ['', ''] : [`${name}（`, `${name} (`];
  const ends = name === '' ? ['', ''] : ['）', ')'];
  return {
    pointer,
    zh: `${names[0]}${titleZh}${ends[0]}：${zh}${wantedZh}`,
    en: `${names[1]}${titleEn}${ends[1]}: ${en}${wantedEn}`,
  };
}

/** What the schema cannot see: other files, and that plain HTTP stays on loopback. */
function checkValues(value: unknown, folder: string): Finding[] {
  const findings: Finding[] = [];
  const host = at(value, '/listen/host');
  const speaksTls = at(value, '/tls') !== undefined && at(value, '/tls/endedBy') !== 'proxy';
  if (typeof host === 'string' && !isLoopback(host) && !speaksTls) {
    findings.push({
      pointer: '/listen/host',
      zh: `listen.host：${host} 不是本机回环地址；明文 HTTP 只用于 127.0.0.1、::1、localhost，其他地址须配置 tls 的证书和私钥`,
      en: `listen.host: ${host} is not loopback; plain HTTP is for 127.0.0.1, ::1 and localhost only: elsewhere set certificate and key under tls`,
    });
  }
  const proxy = at(value, '/proxy');
  if (typeof proxy === 'string' && !isProxyAddress(proxy)) {
    findings.push({
      pointer: '/proxy',
      zh: 'proxy：须为 http://主机:端口，不带路径',
      en: 'proxy: must be http://host:port without a path',
    });
  }
  const webhook = at(value, '/webhook/url');
  if (typeof webhook === 'string' && !isSafeAddress(webhook)) {
    findings.push({
      pointer: '/webhook/url',
      zh: 'webhook.url：须为 https 地址，或本机回环上的 http 地址',
      en: 'webhook.url: must be an address of https, or of http on loopback',
    });
  }
  const expect = (name: string, kind: 'file' | 'folder') => {
    const path = at(value, `/${name}`);
    if (typeof path !== 'string' || path === '') return;
    const found = statSync(resolve(folder, path), { throwIfNoEntry: false });
    if (kind === 'file' ? found?.isFile() : found?.isDirectory()) return;
    findings.push({
      pointer: `/${name}`,
      zh: `${name.replace('/', '.')}：没有这个${kind === 'file' ? '文件' : '文件夹'}：${resolve(folder, path)}`,
      en: `${name.replace('/', '.')}: there is no such ${kind}: ${resolve(folder, path)}`,
    });
  };
  expect('keys', 'folder');
  expect('agreement', 'file');
  expect('schemas', 'folder');
  expect('codes', 'file');
  expect('rules', 'folder');
  expect('holidays', 'folder');
  expect('tls/certificate', 'file');
  expect('tls/key', 'file');
  return findings;
}

function isProxyAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, pathname, search, hash } = new URL(address);
  return protocol === 'http:' && `${pathname}${search}${hash}` === '/';
}

/** Sets what the environment says; returns pointer → variable. */
function applyEnvironment(value: unknown, schema: Setting, environment: Environment): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { path, type } of settingsOf(schema)) {
    const variable = variableOf(path);
    const said = environment[variable];
    if (said === undefined) continue;
    put(value, path, readVariable(said, type));
    variables.set(`/${path.join('/')}`, variable);
  }
  return variables;
}

/** A number, true or false, a list divided by commas, or the text itself; the schema says whether it fits. */
function readVariable(said: string, type: string | undefined): unknown {
  if (type === 'integer' && /^\d+$/.test(said)) return Number(said);
  if (type === 'boolean' && /^(true|false)$/.test(said)) return said === 'true';
  return type === 'array' ? said.split(',').filter((one) => one !== '') : said;
}

/** Every value that can be set, groups unfolded. */
function settingsOf({ properties = {} }: Setting, above: string[] = []): { path: string[]; type?: string }[] {
  return Object.entries(properties).flatMap(([name, part]) => {
    const path = [...above, name];
    return part.properties ? settingsOf(part, path) : [{ path, ...(part.type && { type: part.type }) }];
  });
}

/** Leaves alone what is no group: the schema will complain of it. */
function put(tree: unknown, [name = '', ...rest]: string[], value: unknown): void {
  if (!isTree(tree)) return;
  if (rest.length === 0) tree[name] = value;
  else {
    tree[name] ??= {};
    put(tree[name], rest, value);
  }
}

function toConfig(value: Tree, folder: string): Config {
  const text = (pointer: string, otherwise = '') => (at(value, pointer) ?? otherwise) as string; // the schema has seen to it
  const number = (pointer: string, otherwise = 0) => (at(value, pointer) ?? otherwise) as number;
  const list = (pointer: string) => (at(value, pointer) ?? []) as string[];
  const path = (pointer: string, otherwise: string) =>
    at(value, pointer) === undefined ? resolve(shipped(), otherwise) : resolve(folder, text(pointer));
  const [, sqlite] = /^sqlite:(.*)$/s.exec(text('/database')) ?? [];
  return freeze({
    member: text('/member'),
    listen: { host: text('/listen/host', '127.0.0.1'), port: number('/listen/port') },
    ...(at(value, '/tls') !== undefined && {
      tls: {
        certificate: resolve(folder, text('/tls/certificate')),
        key: resolve(folder, text('/tls/key')),
        endedBy: text('/tls/endedBy', 'node') as TlsConfig['endedBy'],
        clientCertificates: text('/tls/clientCertificates', 'pinned') as TlsConfig['clientCertificates'],
      },
    }),
    ...(at(value, '/proxy') !== undefined && { proxy: text('/proxy') }),
    noProxy: list('/noProxy'),
    database: sqlite === undefined ? text('/database') : `sqlite:${resolve(folder, sqlite)}`,
    keys: resolve(folder, text('/keys')),
    ...(text('/keyPassphraseFile') && { keyPassphraseFile: resolve(folder, text('/keyPassphraseFile')) }),
    signers: {
      ...Object.fromEntries(
        ['bulletin', 'log', 'witness'].flatMap((use) => {
          const [program, ...args] = list(`/signers/${use}`);
          return program === undefined ? [] : [[use, [resolve(folder, program), ...args]]];
        }),
      ),
      timeoutMs: number('/signers/timeoutSeconds', 10) * 1000,
    },
    agreement: resolve(folder, text('/agreement')),
    schemas: path('/schemas', 'schemas'),
    codes: path('/codes', 'config/codes.yaml'),
    rules: path('/rules', 'config/rules'),
    holidays: path('/holidays', 'config/holidays'),
    erasures: resolve(folder, text('/erasures', 'erasures.ndjson')),
    imports: {
      greatestFileBytes: number('/imports/greatestFileMib', 64) * 1024 * 1024,
      greatestUnpackedBytes: number('/imports/greatestUnpackedMib', 256) * 1024 * 1024,
    },
    fourEyes: list('/fourEyes'),
    measures: list('/measures'),
    questions: { keepYears: number('/questions/keepYears', 10) },
    rates: {
      callerPerMinute: number('/rates/callerPerMinute', 600),
      peerPerMinute: number('/rates/peerPerMinute', 6_000),
    },
    metrics: { open: at(value, '/metrics/open') === true },
    alarms: {
      diskFreeBytes: number('/alarms/diskFreeMib', 1024) * 1024 * 1024,
      certificateDays: number('/alarms/certificateDays', 30),
    },
    webhook: at(value, '/webhook/url') === undefined ? {} : { url: text('/webhook/url') },
    logLevel: text('/log/level', 'info') as Config['logLevel'],
  });
}

function settingAt(schema: Setting, pointer: string): Setting | undefined {
  return parsePointer(pointer).reduce<Setting | undefined>((setting, name) => setting?.properties?.[name], schema);
}

function at(value: unknown, pointer: string): unknown {
  return parsePointer(pointer).reduce<unknown>((part, name) => (isTree(part) ? part[name] : undefined), value);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `中文 · English` */
function split(text: string): [string, string] {
  const [zh = '', en = ''] = text.split(' · ');
  return [zh, en];
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part);
  return Object.freeze(value);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function invalid(mistakes: ConfigMistake[]): Problem {
  return new Problem('config/invalid', { mistakes });
}

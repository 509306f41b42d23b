/**
 * A node's configuration: a YAML file and the environment → one frozen value, or every mistake at once. Its form is
 * `schemas/config.json`.
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Problem } from './base/problem.ts';
import { parseYaml } from './base/yaml.ts';
import { checkValues } from './config-checks.ts';
import { type Environment, processEnvironment } from './environment.ts';
import { applyEnvironment, checkForm, type Setting, valueAt } from './settings.ts';
import { shipped } from './shipped.ts';
import { sqlitePathOf } from './store/url.ts';

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

/**
 * Reads the file, lays the environment over it (`HUXIN_LISTEN_PORT` is `listen.port`) and checks the whole. Relative
 * paths start from the file's folder.
 *
 * @throws {Problem} config/invalid with all `mistakes`
 */
export function loadConfig(file: string, environment: Environment = processEnvironment): Config {
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
  return toConfig(value, dirname(path));
}

/** Of a value in which nothing was found wrong. */
function toConfig(value: unknown, folder: string): Config {
  const text = (pointer: string, otherwise = '') => (valueAt(value, pointer) ?? otherwise) as string; // the schema has seen to it
  const number = (pointer: string, otherwise = 0) => (valueAt(value, pointer) ?? otherwise) as number;
  const list = (pointer: string) => (valueAt(value, pointer) ?? []) as string[];
  const path = (pointer: string, otherwise: string) =>
    valueAt(value, pointer) === undefined ? resolve(shipped(), otherwise) : resolve(folder, text(pointer));
  const sqlite = sqlitePathOf(text('/database'));
  return freeze({
    member: text('/member'),
    listen: { host: text('/listen/host', '127.0.0.1'), port: number('/listen/port') },
    ...(valueAt(value, '/tls') !== undefined && {
      tls: {
        certificate: resolve(folder, text('/tls/certificate')),
        key: resolve(folder, text('/tls/key')),
        endedBy: text('/tls/endedBy', 'node') as TlsConfig['endedBy'],
        clientCertificates: text('/tls/clientCertificates', 'pinned') as TlsConfig['clientCertificates'],
      },
    }),
    ...(valueAt(value, '/proxy') !== undefined && { proxy: text('/proxy') }),
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
    metrics: { open: valueAt(value, '/metrics/open') === true },
    alarms: {
      diskFreeBytes: number('/alarms/diskFreeMib', 1024) * 1024 * 1024,
      certificateDays: number('/alarms/certificateDays', 30),
    },
    webhook: valueAt(value, '/webhook/url') === undefined ? {} : { url: text('/webhook/url') },
    logLevel: text('/log/level', 'info') as Config['logLevel'],
  });
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

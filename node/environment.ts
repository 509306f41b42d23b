/** What the surroundings of the process say. Only this file reads the environment. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** As it is at every reading. */
export const processEnvironment: Environment = process.env;

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

/** What a command line without a configuration file needs. */
export function readCliEnvironment(environment: Environment = processEnvironment): CliEnvironment {
  const { HUXIN_NODE: node, HUXIN_TOKEN: token, LC_ALL, LC_MESSAGES, LANG } = environment;
  return { ...(node && { node }), ...(token && { token }), locale: LC_ALL || LC_MESSAGES || LANG || '' };
}

/** What opens the private keys, as far as the environment says. */
export function readKeyEnvironment(environment: Environment = processEnvironment): KeyEnvironment {
  const { HUXIN_KEY_PASSPHRASE: passphrase, CREDENTIALS_DIRECTORY: credentials } = environment;
  return { ...(passphrase && { passphrase }), ...(credentials && { credentials }) };
}

/** The environment for a program that signs: ours without anything of the node's own, which may be secret. */
export function readSignerEnvironment(environment: Environment = processEnvironment): Record<string, string> {
  const kept = Object.entries(environment).filter(([name, value]) => value !== undefined && !name.startsWith('HUXIN_'));
  return Object.fromEntries(kept) as Record<string, string>; // undefined was filtered out
}

/** How many threads Node's pool has; undefined when nothing says it. */
export function readPoolSize(environment: Environment = processEnvironment): number | undefined {
  const { UV_THREADPOOL_SIZE: threads } = environment;
  return threads && /^\d+$/.test(threads) ? Number(threads) : undefined;
}

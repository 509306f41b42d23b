/** Runs a command line in this process and keeps what it said. */

import { run, type Surroundings } from '../../node/cli/command.ts';

export interface Said {
  code: number;
  out: string;
  err: string;
}

export async function runCli(argv: readonly string[], replace: Partial<Surroundings> = {}): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await run(argv, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isWatched: false,
    environment: { locale: 'en_GB.UTF-8' },
    keyEnvironment: {},
    ...replace,
  });
  return { code, ...said };
}

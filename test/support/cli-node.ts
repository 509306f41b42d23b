/** Command lines on two real nodes, Shanghai's and Jiangsu's. Each test brings its own documents, so that none needs another. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Surroundings } from '../../node/cli/command.ts';
import type { CellContent } from '../../node/sheet/sheet.ts';
import { runCli, type Said } from './cli.ts';
import { type Network, type NetworkOptions, openNetwork } from './network.ts';
import { company, formRows } from './sheets.ts';

type Role = 'clerk' | 'operator' | 'auditor' | 'reader';

/** What `huxin import --json` answers. */
export interface Imported {
  id: string;
  state: string;
  summary: Record<string, unknown>;
  refusals: { row: number; column: string; code: string; zh: string; en: string }[];
}

export interface CliNodes {
  network: Network;
  /** For files that a test writes. */
  folder: string;
  /** Runs a command on Shanghai's node. Where it would wait, the node finishes what it has. */
  huxin(role: Role, argv: readonly string[], locale?: string, more?: Partial<Surroundings>): Promise<Said>;
  /** The same on Jiangsu's. */
  huxinInJiangsu(role: Role, argv: readonly string[], locale?: string): Promise<Said>;
  /** A penalty form whose rows differ from a right one by these cells. */
  writeForm(name: string, rows: readonly Record<string, CellContent>[]): Promise<string>;
  /** Imports a penalty of that number and returns the id of its record. */
  openRecord(number: string): Promise<string>;
  close(): Promise<void>;
}

/** @param options of the network, such as the clock of both nodes */
export async function openCliNodes(options: Pick<NetworkOptions, 'now' | 'hears'> = {}): Promise<CliNodes> {
  const network = await openNetwork({ running: ['310000', '320000'], ...options });
  const folder = await mkdtemp(join(tmpdir(), 'huxin-cli-'));
  const tokens = new Map<string, string>();

  async function on(member: string, role: Role, argv: readonly string[], locale = 'en_GB', more = {}): Promise<Said> {
    const running = network.node(member);
    const token = tokens.get(`${member} ${role}`) ?? (await running.createToken(role));
    tokens.set(`${member} ${role}`, token);
    const environment = { node: running.url, token, locale };
    return runCli(argv, { environment, wait: () => running.node.work.settled(), ...more });
  }

  const nodes: CliNodes = {
    network,
    folder,
    huxin: (role, argv, locale, more) => on('310000', role, argv, locale, more),
    huxinInJiangsu: (role, argv, locale) => on('320000', role, argv, locale),
    async writeForm(name, rows) {
      const file = join(folder, name);
      const lines = formRows('penalty', rows).map((row) => row.map((cell) => `"${cell}"`).join(','));
      await writeFile(file, lines.join('\r\n'));
      return file;
    },
    async openRecord(number) {
      const file = await nodes.writeForm(`${number}.csv`, [numbered(number)]);
      await jsonOf(nodes.huxin('clerk', ['import', file, '--type', 'penalty', '--json']));
      const asked = nodes.huxin('clerk', ['ask', company, '--purpose', 'supervision', '--json']);
      const { provinces } = await jsonOf<Answer>(asked);
      const records = provinces.flatMap((province) => province.records);
      const found = records.find(({ body }) => body.document.number === numbered(number).行政处罚决定书文号);
      if (!found) throw new RangeError(`no record of ${number}`);
      return found.record;
    },
    async close() {
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return nodes;
}

interface Answer {
  provinces: { records: { record: string; body: { document: { number: string } } }[] }[];
}

/** The cell that makes a row of the penalty form another document. */
export function numbered(number: string) {
  return { 行政处罚决定书文号: `沪知罚〔2026〕${number}号` };
}

/** What a command answered with `--json`; it must have succeeded in silence. */
export async function jsonOf<T>(said: Promise<Said>): Promise<T> {
  const { code, out, err } = await said;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as T; // each test says what it expects in it
}

/** Every command of the auditor's guide as an auditor types it: `huxin` for the files, then openssl and coreutils. */

import { spawnSync } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, type GuideBlock, guides, isPrinted, writeSampleFolder } from '../support/guide.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { runShell } from './programs.ts';

const program = fileURLToPath(new URL('../../dist/node/cli/main.js', import.meta.url));

const hasJose = spawnSync('jose', ['--help']).error === undefined; // scripts/test says when it is not there

let folder: string;
let network: Network;
let jiangsu: RunningNode;
let jti: string;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-guide-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'huxin'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(join(folder, 'bin', 'huxin'), 0o755);
  let at = new Date('2026-09-27T02:00:00Z');
  network = await openNetwork({ running: ['310000', '320000', '330000'], now: () => at });
  const shanghai = network.node('310000');
  jiangsu = network.node('320000');
  for (const [day, from, to] of october) {
    at = new Date(`${day}T02:00:00Z`);
    await importPenalties(shanghai, from, to);
    await network.exchange();
  }
  const [id] = await shanghai.node.store.registry.listRecordIds(undefined, 1);
  const [step] = id ? await shanghai.node.store.registry.listStepsOf([id]) : [];
  jti = step?.jti ?? '';
  token = await jiangsu.createToken('auditor');
});
afterAll(async () => {
  await network.close();
  await rm(folder, { recursive: true, force: true });
});

/** What Shanghai says on which day: rows of a sheet. */
const october = [
  ['2026-09-28', 0, 2],
  ['2026-09-29', 2, 3],
  ['2026-10-12', 3, 6],
  ['2026-11-02', 6, 7],
] as const;

interface Ran {
  code: number | null;
  /** What each block printed; fewer when the shell ended before. */
  printed: string[];
  err: string;
}

async function runBlocks(cwd: string, blocks: readonly GuideBlock[], shell = 'sh', locale = 'en_GB'): Promise<Ran> {
  const script = blocks.map(({ commands }, i) => `echo '@@ ${i}'\n${commands.replaceAll('JTI', jti)}`).join('');
  const environment = {
    PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
    HUXIN_NODE: jiangsu.url,
    HUXIN_TOKEN: token,
    LANG: `${locale}.UTF-8`,
    LC_ALL: '',
  };
  const { code, out, err } = await runShell(script, cwd, environment, shell);
  return { code, err, printed: out.split(/^@@ \d+\n/m).slice(1) };
}

const byHand = ({ commands }: GuideBlock) => !commands.includes('huxin ');
const runnable = (file: string) => blocksOf(file).filter(({ kind }) => kind === 'run');

/** Whether it says no: a line of its own, or the shell gives up. */
function saysNo({ code, printed }: Ran): boolean {
  return code !== 0 || printed.some((text) => /^NO:/m.test(text));
}

function expectPrinted({ code, printed, err }: Ran, blocks: readonly GuideBlock[]): void {
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(printed).toHaveLength(blocks.length);
  for (const [i, block] of blocks.entries()) {
    if (!isPrinted(printed[i] ?? '', block)) expect(printed[i], block.commands).toBe(block.prints);
  }
}

async function openFolder(name: string): Promise<string> {
  const cwd = join(folder, name);
  await mkdir(cwd);
  await copyFile(jiangsu.config.agreement, join(cwd, 'agreement.json'));
  return cwd;
}

describe.each([
  ['en', 'sh', 'en_GB'],
  ['zh', 'bash', 'zh_CN'],
] as const)('the guide in %s', (language, shell, locale) => {
  it(`prints in ${shell} what it says`, async () => {
    const blocks = runnable(guides[language]);
    const ran = await runBlocks(await openFolder(language), blocks, shell, locale);
    expectPrinted(ran, blocks);
    expect(saysNo(ran)).toBe(false);
  });
});

describe('jose', () => {
  it.runIf(hasJose)('takes the JWS, and not another one', async () => {
    const [block] = blocksOf(guides.en).filter(({ kind }) => kind === 'run-jose');
    if (!block) throw new RangeError('the guide runs no jose');
    const cwd = join(folder, 'jose');
    await cp(join(folder, 'en'), cwd, { recursive: true });
    expectPrinted(await runBlocks(cwd, [block]), [block]);
    const path = join(cwd, 'proof', 'bulletin.jws');
    const right = await readFile(path);
    await writeFile(path, spoil(right, right.length - 9));
    const { code, printed } = await runBlocks(cwd, [block]);
    expect([code, printed]).toEqual([1, ['']]);
  });
});

describe('by hand', () => {
  const blocks = runnable(guides.en).filter(byHand);
  const ofFolder = blocks.filter(({ commands }) => !/october|\$file/.test(commands));

  it('a folder whose keys are Ed25519 holds too', async () => {
    const cwd = join(folder, 'sample');
    await writeSampleFolder(cwd);
    expectPrinted(await runBlocks(cwd, ofFolder), ofFolder);
  });

  it.each(['bulletin.jws', 'bundle.tlog-proof', 'issuer.jwk', 'leaf', 'log.vkey', 'quorum', 'witness.vkeys'])(
    'another byte anywhere in %s is seen',
    async (name) => {
      const cwd = join(folder, `bad ${name}`);
      await cp(join(folder, 'en'), cwd, { recursive: true });
      const path = join(cwd, 'proof', name);
      const right = await readFile(path);
      for (const at of places(right.length, 4)) {
        await writeFile(path, spoil(right, at));
        const ran = await runBlocks(cwd, ofFolder);
        expect(saysNo(ran), `${name} at ${at}: ${ran.printed.join('')}`).toBe(true);
      }
    },
  );

  it('another byte in a signature or in the payload of the agreement is seen', async () => {
    const cwd = join(folder, 'bad agreement');
    await cp(join(folder, 'en'), cwd, { recursive: true });
    const path = join(cwd, 'agreement.json');
    const right = await readFile(path);
    const text = right.toString();
    for (const at of [text.indexOf('"payload":"') + 99, text.lastIndexOf('"signature":"') + 40]) {
      await writeFile(path, spoil(right, at));
      expect(saysNo(await runBlocks(cwd, ofFolder)), `at ${at}`).toBe(true);
    }
  });

  it('another byte in a leaf, in the frontier or in the checkpoint of a range is seen', async () => {
    const cwd = join(folder, 'bad range');
    await cp(join(folder, 'en'), cwd, { recursive: true });
    const path = join(cwd, 'october.evidence.json');
    const right = await readFile(path);
    const text = right.toString('latin1');
    const entries = text.indexOf('"entries":[');
    for (const [mark, after] of [
      ['"leaf":"huxin-leaf/v1', entries],
      ['"salt":"', entries],
      ['"frontier":["', 0],
      ['"checkpoint":"credit.sh.example/log', 0],
    ] as const) {
      const at = text.indexOf(mark, after) + mark.length + 9;
      await writeFile(path, spoil(right, at));
      expect(saysNo(await runBlocks(cwd, blocks)), mark).toBe(true);
    }
  });
});

/** First and last, and others between. */
function places(length: number, count: number): number[] {
  const step = (length - 1) / (count - 1);
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round(i * step)))];
}

/** Another letter or digit at that place. */
function spoil(right: Uint8Array, at: number): Uint8Array {
  const bytes = Uint8Array.from(right);
  bytes[at] = bytes[at] === 0x31 ? 0x33 : 0x31;
  return bytes;
}

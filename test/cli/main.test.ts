import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { until } from '../support/until.ts';

const main = '../../node/cli/main.ts';
const run = vi.fn(async () => 0);
const { argv, exitCode } = process;
const version = process.versions.node;

beforeEach(() => {
  vi.resetModules();
  vi.doMock('../../node/cli/command.ts', () => ({ run }));
  process.argv = ['node', 'huxin', 'keys', '--help'];
});

afterEach(() => {
  vi.restoreAllMocks();
  run.mockClear();
  process.argv = argv;
  process.exitCode = exitCode;
  pretend(version);
});

function pretend(node: string): void {
  Object.defineProperty(process.versions, 'node', { value: node, configurable: true, enumerable: true });
}

it.each(['20.18.9', '18.20.4', '6.0.0'])(
  'says in one line that Node %s is too old, and loads nothing',
  async (node) => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    pretend(node);
    await import(main);
    expect(said.mock.calls).toEqual([
      [expect.stringMatching(new RegExp(`^huxin 需要 Node 20\\.19 .*${node}.* needs Node 20\\.19`))],
    ]);
    expect(process.exitCode).toBe(2);
    expect(run).not.toHaveBeenCalled();
  },
);

it.each(['20.19.0', '21.0.0', '22.1.0', '100.0.0'])('runs the command line on Node %s', async (node) => {
  pretend(node);
  await import(main);
  await until('it ran', () => run.mock.calls.length > 0);
  expect(run).toHaveBeenCalledWith(['keys', '--help']);
  await until('its exit code is set', () => process.exitCode === 0);
});

it('imports nothing before the version is known', () => {
  const text = readFileSync(new URL('../../node/cli/main.ts', import.meta.url), 'utf8');
  expect(text).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(text).not.toMatch(/^\s*import\s(?!\()/m);
  expect(text).not.toMatch(/^\s*export\b.*\bfrom\b/m);
});

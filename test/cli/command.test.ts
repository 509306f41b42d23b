import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

it('shows help in both languages and exits 0', async () => {
  const { code, out, err } = await runCli(['keys', 'create', '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('密钥文件夹 · folder for the keys');
  expect(out).toContain('--json');
});

it('tells its version', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await runCli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

it.each([[[]], [['keys']]])('%j lacks a command: help, and exit code 2', async (argv) => {
  const { code, out, err } = await runCli(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Usage: huxin');
  expect(err).toContain('misuse: a command is needed');
});

it.each([[['--json']], [['keys', '--json']]])('%j says so in one line of JSON, without the help', async (argv) => {
  const { code, out, err } = await runCli(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(JSON.parse(err)).toMatchObject({ code: 'misuse' });
});

it.each([
  [['nonsense'], '没有这个命令（nonsense）', "unknown command 'nonsense'"],
  [['config', 'init', '--colour'], '没有这个选项（--colour）', "unknown option '--colour'"],
  [['config', 'init', 'more'], '参数太多', 'too many arguments'],
  [['agreement', 'check'], '缺少参数（file）', "missing required argument 'file'"],
  [['agreement', 'sign', 'a.json'], '缺少必需的选项（--member <id>）', "required option '--member <id>'"],
])('%j is misuse, said in both languages', async (argv, zh, en) => {
  const { code, out, err } = await runCli(argv, { environment: { locale: 'C' } });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.split('\n')).toEqual([expect.stringContaining(zh), expect.stringContaining(en), '']);
});

it.each([
  [['--lang', 'zh'], 'en_GB', /^用法错误.*\n$/],
  [['--lang', 'en'], 'zh_CN', /^misuse.*\n$/],
  [[], 'zh_CN.UTF-8', /^用法错误.*\n$/],
  [[], 'en_US.UTF-8', /^misuse.*\n$/],
  [[], 'POSIX', /^用法错误.*\nmisuse.*\n$/],
])('speaks the language that %j and the locale %s ask for', async (options, locale, said) => {
  const { err } = await runCli([...options, 'nonsense'], { environment: { locale } });
  expect(err).toMatch(said);
});

it('says a refusal as JSON on stderr when asked, wherever --json stands', async () => {
  for (const argv of [
    ['--json', 'agreement', 'check', '/nowhere'],
    ['agreement', 'check', '/nowhere', '--json'],
  ]) {
    const { code, out, err } = await runCli(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toMatchObject({
      code: 'misuse',
      zh: expect.any(String),
      en: 'cannot read /nowhere (ENOENT)',
    });
  }
});

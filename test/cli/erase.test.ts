import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;

beforeAll(async () => {
  nodes = await openCliNodes();
});

afterAll(() => nodes.close());

it('erases a record everywhere, and shows from then on when, by which entry and why', async () => {
  const id = await nodes.openRecord('701');
  await nodes.network.exchange();
  const { bulletins } = await jsonOf<{ bulletins: { jti: string; type?: string }[] }>(
    nodes.huxin('auditor', ['bulletins', '--json']),
  );
  const jti = bulletins.findLast(({ type }) => type === 'penalty')?.jti ?? '';
  const argv = ['erase', id, '--ground', 'unlawful', '--reason', '样例理由'];
  const done = await nodes.huxin('clerk', argv);
  expect(done).toMatchObject({ code: 0, err: '' });
  const [, entry] = /^erased the content of 1 bulletins by entry (\d+) of the log, \S+\n$/.exec(done.out) ?? [];
  expect(entry).toBeDefined();
  await nodes.network.exchange();

  const shown = await nodes.huxin('auditor', ['bulletins', 'show', jti], 'zh_CN');
  expect(shown.out).toMatch(/结果 +已签发，内容已删除\n/);
  expect(shown.out).toMatch(new RegExp(`删除 +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d，第 ${entry} 条，依法不应提供\\n`));
  expect(shown.out).not.toContain('沪知罚');
  const there = await nodes.huxinInJiangsu('auditor', ['bulletins', 'list', '--member', '310000']);
  expect(there.out).toMatch(/taken, erased/);
  expect(there.out).toMatch(new RegExp(`\\n +${entry} +Erasure`));

  const again = await nodes.huxin('clerk', argv);
  expect(again).toMatchObject({ code: 1, out: '' });
  expect(again.err).toContain('The content of the record was erased');
});

it('wants a ground that there is', async () => {
  expect((await nodes.huxin('clerk', ['erase', '310000.x', '--ground', 'whim'])).code).toBe(2);
  expect((await nodes.huxin('clerk', ['erase', '310000.x'])).code).toBe(2);
  expect((await nodes.huxin('auditor', ['erase', '310000.x', '--ground', 'other'])).code).toBe(1);
});

it('takes what was erased out of the files of a database, beside the running node', async () => {
  const config = join(nodes.folder, 'node.yaml');
  const { member, listen, database, keys, agreement } = nodes.network.node('310000').config;
  await writeFile(config, JSON.stringify({ member, listen: { ...listen, port: 1 }, database, keys, agreement }));
  expect(await runCli(['scrub', '--config', config], { environment: { locale: 'en_GB' } })).toEqual({
    code: 0,
    out: 'done\n',
    err: '',
  });
});

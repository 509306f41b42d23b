/** A bulletin's story on two real nodes; the other two members' nodes do not run. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Explanation } from '../../node/federation/story.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;
const huxin: CliNodes['huxin'] = (...args) => nodes.huxin(...args);
const minute = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d';
const uuid = '[0-9a-f-]{36}';

beforeAll(async () => {
  nodes = await openCliNodes();
});

afterAll(() => nodes.close());

function explain(what: string): Promise<Explanation> {
  return jsonOf<Explanation>(huxin('clerk', ['explain', what, '--json']));
}

it('tells where a bulletin of ours came from, where it stands, and what each addressee said', async () => {
  const record = await nodes.openRecord('501');
  await nodes.network.exchange();
  await nodes.network.node('310000').node.federation.pull('330000');
  const { bulletin } = await explain(record);
  expect(bulletin).toMatchObject({
    ...{ member: '310000', word: 'issued', type: 'penalty', record },
    rows: [{ outcome: 'opened', fileName: '501.csv', row: 2, person: '0001' }],
    covered: { size: bulletin.index + 1 },
  });
  expect(bulletin.addressees).toEqual([
    expect.objectContaining({ member: '320000', said: [expect.objectContaining({ word: 'taken' })] }),
    expect.objectContaining({ member: '330000', said: [] }),
    expect.objectContaining({ member: '340000', said: [] }),
  ]);
  const receipt = bulletin.addressees[0]?.said[0]?.receipt;
  const stands = await nodes.network.node('320000').node.store.log.findByJti(receipt?.jti ?? '');
  expect(stands?.entry.index).toBe(receipt?.index);
  expect(stands?.log.own).toBe(true);

  const { code, out, err } = await huxin('operator', ['explain', bulletin.jti]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [title, story, unknown, foot] = out.split('\n\n');
  expect(title).toBe(`Administrative penalty, said by Shanghai: ${bulletin.jti}, about record ${record}`);
  const lines = [
    `Number 0001 of authority \\w{18} brought “501\\.csv” \\(import ${uuid}\\); its row 2 opened the record\\.`,
    `We signed it and put it into our log \\S+ at index ${bulletin.index}, addressed to Jiangsu, Zhejiang and Anhui\\.`,
    `The checkpoint of size ${bulletin.index + 1} covers it: cosigned by Jiangsu \\(${minute}\\), fewer than the \\d that make a quorum\\.`,
    `Jiangsu took it: its signed receipt ${uuid}, at index \\d+ of its log\\.`,
  ];
  expect(story).toMatch(new RegExp(`^${lines.map((line) => `${minute}  ${line}`).join('\n')}$`));
  expect(unknown?.split('\n').map((line) => line.trim())).toEqual([
    'What is not known',
    expect.stringMatching(
      /^Zhejiang has given no receipt yet, .* after this was issued; no cosignature of it shows that it has come so far; we have never had a whole round with it; it failed once, at \d{4}-\d\d-\d\d \d\d:\d\d: The node /,
    ),
    expect.stringMatching(/^Anhui has given no receipt yet/),
  ]);
  expect(foot).toMatch(new RegExp(`^China time, as of ${minute}\n$`));

  const chinese = await huxin('auditor', ['explain', bulletin.jti], 'zh_CN');
  expect(chinese.out).toMatch(/我方签发，列入本日志 \S+ 第 \d+ 条，发给江苏省、浙江省、安徽省。/);
  expect(chinese.out).toMatch(/江苏省采纳：其签名回执 \S+（其日志第 \d+ 条）。/);
  expect(chinese.out).toMatch(/尚不知道的\n {2}浙江省尚未给过回执/);
});

it('finds what a document number names, with brackets of any kind, at its issuer and elsewhere', async () => {
  const record = await nodes.openRecord('502');
  await nodes.network.exchange();
  for (const number of ['沪知罚〔2026〕502号', '沪知罚(2026)502号', record]) {
    expect((await explain(number)).bulletin.record).toBe(record);
    const there = jsonOf<Explanation>(nodes.huxinInJiangsu('clerk', ['explain', number, '--json']));
    expect((await there).bulletin).toMatchObject({ record, member: '310000', word: 'taken' });
  }
  expect(await huxin('clerk', ['explain', '沪知罚〔2026〕50号'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/50号/),
  });
});

it('tells of another member’s bulletin when it came, our word and our receipt, and what only others know', async () => {
  const record = await nodes.openRecord('503');
  await nodes.network.exchange();
  const told = await jsonOf<Explanation>(nodes.huxinInJiangsu('clerk', ['explain', record, '--json']));
  const { ours, index } = told.bulletin;
  expect(ours?.said).toEqual([{ word: 'taken', receipt: expect.objectContaining({ index: expect.any(Number) }) }]);
  expect(ours?.cosignedAt).toBeDefined();
  const receipt = ours?.said[0]?.receipt;
  const held = await nodes.network.node('320000').node.store.log.findByJti(receipt?.jti ?? '');
  expect(held?.log.own).toBe(true);

  const { out } = await nodes.huxinInJiangsu('operator', ['explain', told.bulletin.jti]);
  expect(out).toMatch(new RegExp(`Shanghai signed it, by its own word; it stands in its log \\S+ at index ${index}, `));
  expect(out).toMatch(/We pulled it and took it\./);
  expect(out).toMatch(
    new RegExp(`Our receipt ${receipt?.jti}, at index ${receipt?.index} of our log, says that we took it\\.`),
  );
  expect(out).toMatch(/Where it came from at Shanghai, which file and who, this node cannot know\./);
  expect(out).toMatch(/Whether Zhejiang and Anhui took it this node cannot know/);
});

it('keeps a file of another bureau to that bureau, and is not for readers', async () => {
  const record = await nodes.openRecord('505');
  const bureau = sampleUscc(1, '11310000');
  const token = await nodes.network.node('310000').createToken('clerk', bureau);
  const environment = { node: nodes.network.node('310000').url, token, locale: 'en_GB' };
  const told = await jsonOf<Explanation>(huxin('clerk', ['explain', record, '--json'], 'en_GB', { environment }));
  expect(told.bulletin.rows).toEqual([{ outcome: 'opened', authority: expect.any(String) }]);
  expect(told.story[0]?.en).toMatch(/^A row of an import by authority \w{18} opened the record; its file is not shown/);
  expect(await huxin('reader', ['explain', record])).toMatchObject({ code: 1, out: '' });
});

it('tells what came later: a correction by a later row, and the erasure of what was said', async () => {
  const record = await nodes.openRecord('504');
  const first = (await explain(record)).bulletin;
  const again = { 行政处罚决定书文号: '沪知罚〔2026〕504号', '罚款金额(万元)': '9.00' };
  const file = await nodes.writeForm('504-again.csv', [again]);
  await jsonOf(huxin('clerk', ['import', file, '--type', 'penalty', '--json']));
  const newest = await explain(record);
  expect(newest.bulletin).toMatchObject({
    type: 'correction',
    rows: [{ outcome: 'corrected', fileName: '504-again.csv' }],
  });
  expect(newest.others.map(({ jti }) => jti)).toEqual([first.jti]);
  expect((await explain(first.jti)).story.at(-1)?.en).toMatch(/^Later on the same record: Correction by Shanghai \(/);

  const argv = ['erase', record, '--ground', 'unlawful', '--reason', '样例理由'];
  expect(await huxin('clerk', argv)).toMatchObject({ code: 0, err: '' });
  const { bulletin, story } = await explain(first.jti);
  expect(bulletin).toMatchObject({ type: 'penalty', record, erased: { ground: 'unlawful' } });
  expect(story.at(-1)?.en).toMatch(
    /^Its content was erased \([^)]+\), as entry \d+ of that log says; the leaf stays\.$/,
  );
  expect(JSON.stringify(await explain(record))).not.toContain('沪知罚');
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatEntries } from '../../node/cli/bulletin.ts';
import { readLabels } from '../../node/cli/labels.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;
const huxin: CliNodes['huxin'] = (...args) => nodes.huxin(...args);

beforeAll(async () => {
  nodes = await openCliNodes();
});

afterAll(() => nodes.close());

it('shows a log, and one of its bulletins with what the addressees said of it', async () => {
  await nodes.openRecord('302');
  await nodes.network.exchange();
  const { bulletins } = await jsonOf<{ bulletins: { index: number; jti: string; type?: string }[] }>(
    huxin('auditor', ['bulletins', '--json']),
  );
  expect(bulletins[0]).toMatchObject({ index: 0, type: 'adoption' });
  const { out } = await huxin('auditor', ['bulletins'], 'zh_CN');
  expect(out.split('\n')).toHaveLength(bulletins.length + 3);
  expect(out).toMatch(/\n +1 +行政处罚 .* 已签发 /);

  const last = bulletins.findLast(({ type }) => type === 'penalty');
  const shown = await huxin('auditor', ['bulletins', 'show', last?.jti ?? '']);
  expect(shown.out).toMatch(/type +Administrative penalty\n/);
  expect(shown.out).toMatch(/Document number +沪知罚〔2026〕302号\n/);
  expect(shown.out).toMatch(/320000 +taken /);
  const adoption = await huxin('auditor', ['bulletins', 'show', bulletins[0]?.jti ?? '']);
  expect(adoption.out).toMatch(/^jti +\S+\ntype +Adoption.*\nissuer +310000\n/);
});

it('shows a page of another member’s log, or only what became of some', async () => {
  await nodes.openRecord('303');
  await nodes.network.exchange();
  const page = await huxin('auditor', ['bulletins', 'list', '--member', '320000', '--limit', '1']);
  expect(page.err).toBe('There are more: --from 1\n');
  const next = await jsonOf<{ bulletins: { index: number }[] }>(
    huxin('auditor', ['bulletins', '--member', '320000', '--limit', '1', '--from', '1', '--json']),
  );
  expect(next.bulletins).toMatchObject([{ index: 1 }]);
  const refused = ['bulletins', '--member', '320000', '--word', 'refused'];
  expect(await jsonOf(huxin('auditor', [...refused, '--json']))).toEqual({ bulletins: [] });
  expect((await huxin('auditor', refused)).out.split('\n')).toHaveLength(3);
});

it('gives the reason of a refusal, and leaves blank what only others may read', async () => {
  const pick = ({ en }: { en: string }) => en;
  const at = '2026-01-02T00:00:00.000Z';
  const entries = [
    { member: '320000', index: 7, audience: ['330000'], at },
    { member: '320000', index: 8, audience: ['*'], word: 'refused', code: 'bulletin/bad-signature', jti: 'x', at },
    { member: '320000', index: 9, audience: ['*'], word: 'refused', code: 'bulletin/of-a-later-release', at },
  ] as const;
  const rows = formatEntries(
    entries.map((one) => ({ ...one, audience: [...one.audience] })),
    await readLabels(),
    pick,
  );
  const [, , seventh, eighth, ninth] = rows.split('\n');
  expect(seventh).toMatch(/^ +7 +330000 +2026-01-02 08:00$/);
  expect(eighth).toMatch(/^ +8 +\* +refused +x +2026-01-02 08:00 +The signature of the bulletin is wrong/);
  expect(ninth).toMatch(/bulletin\/of-a-later-release$/);
});

it.each([
  [['bulletins', 'show', '00000000-0000-7000-8000-000000000000'], 1, 'There is no such bulletin'],
  [['bulletins', '--member', '999999'], 1, 'There is no such peer: 999999'],
  [['bulletins', '--limit', 'many'], 1, 'must be a whole number'],
  [['bulletins', '--word', 'lost'], 2, 'Allowed choices are refused, withheld, noted'],
  [['bulletins', 'nonsense'], 2, 'too many arguments'],
])('%j ends with %i', async (argv, code, reason) => {
  expect(await huxin('auditor', argv)).toMatchObject({ code, out: '', err: expect.stringContaining(reason) });
});

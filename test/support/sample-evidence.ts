/** One right file of each kind, written by hand: the ground for lies. */

import type { Agreement } from '../../node/agreement/agreement.ts';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { formatBase64 } from '../../node/base/bytes.ts';
import type { ClaimKind, Part, Sections } from '../../node/evidence/evidence.ts';
import { signedAgreement } from './agreement.ts';
import { sampleBody, sampleId } from './bulletins.ts';
import {
  createHandLog,
  digestOf,
  type HandLog,
  sayReceipt,
  showReceipt,
  showSchemas,
  showVersions,
  writeByHand,
} from './handmade.ts';

export interface Samples {
  agreement: GeneralJws;
  files: Record<ClaimKind, string>;
}

let lives = 0; // each has a record of its own

/** The agreement, Shanghai's log with penalties, a key change and an erasure, and Jiangsu's with receipts. */
export async function writeSampleLogs(agreement?: GeneralJws) {
  const signed = agreement ?? (await signedAgreement());
  const shanghai = createHandLog('310000', [signed]);
  const jiangsu = createHandLog('320000', [signed]);
  const zhejiang = createHandLog('330000', [signed]);
  await shanghai.adopt();
  await jiangsu.adopt();
  await zhejiang.adopt();
  const all = ['320000', '330000', '340000'];
  const record = sampleId(1_000_000 + ++lives);
  await shanghai.say({ type: 'penalty', body: sampleBody('penalty'), aud: all, claims: { txn: record } }); // 1
  await shanghai.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['330000'] }); // 2
  const keys = { keys: signed && keysOf(signed, '310000') };
  await shanghai.say({ type: 'key', body: keys, aud: ['*'] }); // 3
  await shanghai.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] }); // 4
  const bad = { ...sampleBody('penalty'), surplus: true };
  await shanghai.say({ type: 'penalty', body: bad, aud: ['320000'] }); // 5
  await shanghai.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] }); // 6, to be erased
  await shanghai.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] }); // 7, to be withheld
  await shanghai.say({ type: 'erasure', body: { indexes: [6], ground: 'ordered' }, aud: ['*'] }); // 8
  await sayReceipt(jiangsu, shanghai, { from: 0, to: 3, size: 3 }); // 1
  const refused = [{ index: 5, code: 'bulletin/schema' }];
  await sayReceipt(jiangsu, shanghai, { from: 3, to: 9, refused, withheld: [7] }); // 2
  await sayReceipt(zhejiang, shanghai, { from: 0, to: 9 }); // 1
  const objection = { ...sampleBody('objection'), record: `310000.${record}` };
  await zhejiang.say({ type: 'objection', body: objection, aud: ['310000', '320000'], claims: { txn: record } }); // 2
  return { signed, shanghai, jiangsu, zhejiang, record };
}

export type SampleLogs = Awaited<ReturnType<typeof writeSampleLogs>>;

/** One file of each kind, all under the same logs. */
export async function sampleFiles(logs?: SampleLogs): Promise<Samples> {
  const { signed, shanghai, jiangsu, zhejiang, record } = logs ?? (await writeSampleLogs());
  const agreement = readAgreement(signed);
  const digest = digestOf(signed);
  const [ofShanghai, ofJiangsu, ofZhejiang] = await Promise.all([shanghai, jiangsu, zhejiang].map((log) => log.note()));
  const notes = { shanghai: ofShanghai as string, jiangsu: ofJiangsu as string, zhejiang: ofZhejiang as string };
  const versions = showVersions([signed]);
  const schemasOf = (...types: string[]) => showSchemas(agreement, ['adoption', ...types]);
  const on = { on: shanghai, onNote: notes.shanghai };
  const receipt = (by: HandLog, index: number, note: string, known: Set<string>): Part => ({
    section: 'receipts',
    value: showReceipt({ by, index, note, ...on }, known),
  });
  const place = { agreement: digest, issuer: '310000', log: shanghai.origin };
  const shown = (index: number, known: Set<string>): Part => ({
    section: 'bulletin',
    value: shanghai.show(index, notes.shanghai, known),
  });
  const fork = await shanghai.note(5, { root: new Uint8Array(32), by: [] });
  const known = () => new Set<string>();
  const [first, second, third, fourth] = [known(), known(), known(), known()];

  const files: Record<ClaimKind, string> = {
    bulletin: await writeByHand(
      { kind: 'bulletin', ...place, index: 1, jti: jtiAt(shanghai, 1), receivers: ['320000', '330000'] },
      [
        ...versions,
        ...schemasOf('penalty', 'receipt'),
        shown(1, first),
        receipt(jiangsu, 1, notes.jiangsu, first),
        receipt(zhejiang, 1, notes.zhejiang, first),
      ],
    ),
    refusal: await writeByHand(
      { kind: 'refusal', ...place, index: 5, jti: jtiAt(shanghai, 5), receiver: '320000', code: 'bulletin/schema' },
      [
        ...versions,
        ...schemasOf('penalty', 'receipt', 'key'),
        shown(5, second),
        receipt(jiangsu, 2, notes.jiangsu, second),
      ],
    ),
    withheld: await writeByHand({ kind: 'withheld', ...place, index: 7, receiver: '320000' }, [
      ...versions,
      ...schemasOf('receipt'),
      { section: 'leaf', value: shanghai.placeLeaf(7, notes.shanghai) },
      receipt(jiangsu, 2, notes.jiangsu, known()),
    ]),
    record: await writeByHand(
      { kind: 'record', agreement: digest, issuer: '310000', txn: record, bulletins: 2, receipts: 1 },
      [
        ...versions,
        ...schemasOf('penalty', 'receipt', 'objection'),
        { section: 'bulletins', value: shanghai.show(1, notes.shanghai, third) },
        { section: 'bulletins', value: zhejiang.show(2, notes.zhejiang, third) },
        receipt(jiangsu, 1, notes.jiangsu, third),
      ],
    ),
    completeness: await writeByHand(
      {
        kind: 'completeness',
        ...place,
        receiver: '320000',
        from: 3,
        to: 9,
        bulletins: 4,
        receipted: 9,
      },
      [
        ...versions,
        ...schemasOf('penalty', 'receipt', 'key', 'erasure'),
        { section: 'completeness', value: { checkpoint: notes.shanghai, frontier: frontierOf(shanghai, 3) } },
        ...shanghai.governanceBelow(3, notes.shanghai).map((value): Part => ({ section: 'governance', value })),
        receipt(jiangsu, 2, notes.jiangsu, fourth),
        ...rangeOf(shanghai, 3, 9, '320000', [6, 7]).map((value): Part => ({ section: 'entries', value })),
      ],
    ),
    fork: await writeByHand(
      { kind: 'fork', agreement: digest, member: '310000', log: shanghai.origin, form: 'two-roots' },
      [
        ...versions,
        {
          section: 'fork',
          value: { notes: [fork, await shanghai.note(5, { by: [] })].sort() as [string, string] },
        },
      ],
    ),
  };
  return { agreement: signed, files };
}

/** Roots of the maximal full subtrees of the first `size` leaves. */
export function frontierOf(log: HandLog, size: number): string[] {
  const roots: string[] = [];
  for (let start = 0, left = size; left > 0; ) {
    const width = 2 ** Math.floor(Math.log2(left));
    roots.push(formatBase64(log.subtree(start, start + width)));
    start += width;
    left -= width;
  }
  return roots;
}

/** Leaves of a range, with content for that receiver but for those indexes. */
export function rangeOf(
  log: HandLog,
  from: number,
  to: number,
  receiver: string,
  without: readonly number[] = [],
): Sections['entries'][] {
  return log.entries.slice(from, to).map(({ leaf, jws, salt }, i) => {
    const audience = leaf.split('\n')[2]?.split(',') ?? [];
    const isShown = (audience.includes(receiver) || audience[0] === '*') && !without.includes(from + i);
    return { leaf, ...(isShown && { salt: formatBase64(salt), jws }) };
  });
}

export function jtiAt(log: HandLog, index: number): string {
  return log.entries[index]?.jti ?? '';
}

function readAgreement({ payload }: GeneralJws): Agreement {
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Agreement;
}

function keysOf(signed: GeneralJws, member: string): unknown[] {
  return readAgreement(signed).members.find(({ id }) => id === member)?.keys.bulletin ?? [];
}

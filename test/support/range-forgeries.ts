/** Lies in files that show several entries of one log: ids used twice, governance shown late, words outside a receipt’s range. */

import type { GeneralJws } from '../../node/agreement/signatures.ts';
import type { Receipt } from '../../node/bulletin/types/receipt.ts';
import type { Claim, Part } from '../../node/evidence/evidence.ts';
import { signedAgreement } from './agreement.ts';
import { sampleBody, sampleId } from './bulletins.ts';
import type { Forgery } from './forgeries.ts';
import {
  createHandLog,
  digestOf,
  readVersion,
  type Saying,
  sayReceipt,
  showReceipt,
  showSchemas,
  showVersions,
  writeByHand,
} from './handmade.ts';
import { jtiAt, rangeOf } from './sample-evidence.ts';

const penalty = { type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] };
const bad = { ...penalty, body: { ...penalty.body, surplus: true } };

export async function rangeForgeries(): Promise<Forgery[]> {
  const signed = await signedAgreement();
  return (
    await Promise.all([idLies(signed), erasureLies(signed), wordLies(signed), recordLies(signed), afterLies(signed)])
  ).flat();
}

interface Told {
  /** Said after the adoption, from index 1 on. */
  said: Partial<Saying>[];
  receipt?: Partial<Receipt>;
  /** Indexes whose content is not shown. */
  without?: number[];
  types?: string[];
  bulletins: number;
}

/** All of a log of Shanghai's, for Jiangsu, with one receipt. */
export async function rangeFile(
  signed: GeneralJws,
  { said, receipt, without = [], types = [], bulletins }: Told,
): Promise<string> {
  const [log, by] = [createHandLog('310000', [signed]), createHandLog('320000', [signed])];
  await log.adopt();
  await by.adopt();
  for (const one of said) await log.say({ ...penalty, ...one });
  const to = log.entries.length;
  const index = await sayReceipt(by, log, { from: 0, to, ...receipt });
  const [note, own] = [await log.note(), await by.note()];
  const covered = receipt?.from === receipt?.to && receipt?.to !== undefined ? 0 : to;
  const claim: Claim = {
    ...{ kind: 'completeness', agreement: digestOf(signed), issuer: '310000', receiver: '320000' },
    ...{ log: log.origin, from: 0, to, bulletins, receipted: covered },
  };
  return writeByHand(claim, [
    ...showVersions([signed]),
    ...showSchemas(readVersion(signed), ['adoption', 'receipt', 'penalty', ...types]),
    { section: 'completeness', value: { checkpoint: note, frontier: [] } },
    { section: 'receipts', value: showReceipt({ by, index, note: own, on: log, onNote: note }, new Set()) },
    ...rangeOf(log, 0, to, '320000', without).map((value): Part => ({ section: 'entries', value })),
  ]);
}

/** What a receiver opened counts as known, governance and what it refused too. */
async function idLies(signed: GeneralJws): Promise<Forgery[]> {
  const id = sampleId(2_000_001);
  const same = { claims: { jti: id } };
  const key = { type: 'key', body: { keys: readVersion(signed).members[0]?.keys.bulletin }, aud: ['*'] };
  const [log, by] = [createHandLog('310000', [signed]), createHandLog('320000', [signed])];
  await log.adopt(0, same);
  await by.adopt();
  const index = await log.say({ ...penalty, ...same });
  const note = await log.note();
  const text = await writeByHand(
    {
      ...{ kind: 'bulletin', agreement: digestOf(signed), issuer: '310000', log: log.origin, index },
      ...{ jti: jtiAt(log, index), receivers: [] },
    },
    [
      ...showVersions([signed]),
      ...showSchemas(readVersion(signed), ['adoption', 'penalty']),
      { section: 'bulletin', value: log.show(index, note) },
    ],
  );
  const schema = { index: 1, code: 'bulletin/schema' };
  const duplicate = { index: 2, code: 'bulletin/duplicate' };
  const twice = { bulletins: 2, said: [{ ...bad, ...same }, same] };
  const governed = { bulletins: 1, types: ['key'], said: [{ ...key, ...same }, same] as Partial<Saying>[] };
  const lie = { agreement: signed, exit: 1, code: 'bulletin/duplicate' } as const;
  const right = { agreement: signed, exit: 0, code: '' } as const;
  return [
    { ...lie, name: 'a bulletin with the id of its adoption', text },
    {
      ...lie,
      name: 'a range where the id of a refused bulletin is taken again',
      text: await rangeFile(signed, { ...twice, receipt: { refused: [schema] } }),
    },
    {
      ...right,
      name: 'a range where the id of a refused bulletin is refused',
      text: await rangeFile(signed, { ...twice, receipt: { refused: [schema, duplicate] } }),
    },
    { ...lie, name: 'a range where the id of governance is taken again', text: await rangeFile(signed, governed) },
    {
      ...right,
      name: 'a range where the id of governance is refused',
      text: await rangeFile(signed, { ...governed, receipt: { refused: [duplicate] } }),
    },
  ];
}

/** An erasure takes what lies below it. */
async function erasureLies(signed: GeneralJws): Promise<Forgery[]> {
  const erasure = (index: number) => ({ type: 'erasure', body: { indexes: [index], ground: 'ordered' }, aud: ['*'] });
  const rest = { types: ['erasure'], bulletins: 2 };
  return [
    {
      ...{ name: 'content left out for an erasure said before', agreement: signed, exit: 1 },
      code: 'evidence/content-missing',
      text: await rangeFile(signed, { ...rest, said: [{}, erasure(3), {}], without: [3] }),
    },
    {
      ...{ name: 'content left out for an erasure', agreement: signed, exit: 0, code: '' },
      text: await rangeFile(signed, { ...rest, said: [{}, {}, erasure(2)], without: [2] }),
    },
  ];
}

/** What a receipt says counts in its range, and of governance too. */
async function wordLies(signed: GeneralJws): Promise<Forgery[]> {
  const stranger = { type: 'key', body: { keys: [] }, aud: ['*'] };
  const governed = { types: ['key'], bulletins: 1, said: [{}, stranger] };
  const refused = [{ index: 2, code: 'bulletin/schema' }];
  const settled = [{ index: 1 }];
  return [
    {
      ...{ name: 'content left out for a word outside the receipt’s range', agreement: signed, exit: 1 },
      code: 'evidence/content-missing',
      text: await rangeFile(signed, {
        ...{ bulletins: 2, said: [{}, {}], without: [2] },
        receipt: { from: 0, to: 0, size: 3, withheld: [2], settled },
      }),
    },
    {
      ...{ name: 'bad governance that the receiver did not refuse', agreement: signed, exit: 1 },
      code: 'bulletin/schema',
      text: await rangeFile(signed, governed),
    },
    {
      ...{ name: 'bad governance that the receiver refused', agreement: signed, exit: 0, code: '' },
      text: await rangeFile(signed, { ...governed, receipt: { refused } }),
    },
  ];
}

/** In a range an issuer cannot spoil the statement by naming as governance what is none; nor can governance that was refused. */
async function afterLies(signed: GeneralJws): Promise<Forgery[]> {
  const agreement = { digest: digestOf(signed), after: 1 };
  const keys = readVersion(signed).members[0]?.keys.bulletin;
  const wrong = (index: number) => ({ refused: [{ index, code: 'bulletin/wrong-agreement' }] });
  const key = { type: 'key', body: { keys }, aud: ['*'], claims: { agreement } };
  const [payload, lacking] = [signed.payload, signed.signatures.slice(1)];
  const adoption = { type: 'adoption', body: { agreement: { payload, signatures: lacking } }, aud: ['*'] };
  const right = { agreement: signed, exit: 0, code: '' } as const;
  const file = (told: Told) => rangeFile(signed, told);
  return [
    {
      ...right,
      name: 'a range with a refused bulletin that names no governance',
      text: await file({ bulletins: 2, said: [{}, { claims: { agreement } }], receipt: wrong(2) }),
    },
    {
      ...{ ...right, exit: 1, code: 'bulletin/wrong-agreement' },
      name: 'a range with a bulletin that names no governance, and was taken',
      text: await file({ bulletins: 2, said: [{}, { claims: { agreement } }] }),
    },
    {
      ...right,
      name: 'a range with refused governance that names no governance',
      text: await file({ bulletins: 2, types: ['key'], said: [{}, key, {}], receipt: wrong(2) }),
    },
    {
      ...right,
      name: 'a range with an adoption that is refused',
      text: await file({
        ...{ bulletins: 2, said: [{}, adoption, {}] },
        receipt: { refused: [{ index: 2, code: 'agreement/not-in-force' }] },
      }),
    },
  ];
}

/** Governance that lies below an entry shown before comes too late: that entry was judged without it. */
async function recordLies(signed: GeneralJws): Promise<Forgery[]> {
  const log = createHandLog('310000', [signed]);
  const digest = digestOf(signed);
  const txn = sampleId(2_000_002);
  await log.adopt(); // 0
  await log.say({ type: 'key', body: { keys: readVersion(signed).members[0]?.keys.bulletin }, aud: ['*'] }); // 1
  await log.say({ ...penalty, claims: { txn, agreement: { digest, after: 0 } } }); // 2
  await log.say({ ...penalty, claims: { txn } }); // 3
  const note = await log.note();
  const file = async (order: number[][]) =>
    writeByHand({ kind: 'record', agreement: digest, issuer: '310000', txn, bulletins: 2, receipts: 0 }, [
      ...showVersions([signed]),
      ...showSchemas(readVersion(signed), ['adoption', 'penalty', 'key']),
      ...order.map(
        (governance, i): Part => ({
          section: 'bulletins',
          value: { ...log.place(i + 2, note), governance: governance.map((at) => log.place(at, note)) },
        }),
      ),
    ]);
  return [
    {
      ...{ name: 'governance shown after what it governs', agreement: signed, exit: 1, code: 'evidence/surplus' },
      text: await file([[0], [1]]),
    },
    {
      ...{ name: 'a bulletin that names older governance', agreement: signed, exit: 1 },
      code: 'bulletin/wrong-agreement',
      text: await file([[0, 1], []]),
    },
  ];
}

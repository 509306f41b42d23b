/** Lies about what governs an entry: governance or versions left out, words after the last one, ids and keys used twice. */

import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { canonicalText } from '../../node/base/canonical.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { Claim, Part } from '../../node/evidence/evidence.ts';
import { signedAgreement, signerOf } from './agreement.ts';
import { sampleBody, sampleSigner } from './bulletins.ts';
import { amended, type Forgery } from './forgeries.ts';
import {
  createHandLog,
  digestOf,
  type HandLog,
  readVersion,
  sayReceipt,
  showReceipt,
  showSchemas,
  showVersions,
  writeByHand,
} from './handmade.ts';
import { frontierOf, jtiAt, rangeOf } from './sample-evidence.ts';

const penalty = { type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] };

interface Shown {
  log: HandLog;
  index: number;
  note?: string;
  /** Indexes of governance that the file leaves out. */
  without?: number[];
  receipt?: { by: HandLog; index: number };
  refusal?: string;
  types?: string[];
}

export async function lawForgeries(): Promise<Forgery[]> {
  const signed = await signedAgreement();
  return (await Promise.all([keyLies(signed), closingLies(signed), idLies(signed), versionLies(signed)])).flat();
}

/** A file about one penalty, or about its refusal. */
async function fileOf(versions: GeneralJws[], given: Shown): Promise<string> {
  const { log, index, without = [], receipt, refusal, types = [] } = given;
  const note = given.note ?? (await log.note());
  const known = new Set(without.map((at) => `${log.origin} ${at}`));
  const last = versions.at(-1) as GeneralJws;
  const place = { agreement: digestOf(last), issuer: log.member, log: log.origin, index, jti: jtiAt(log, index) };
  const receivers = receipt ? [receipt.by.member] : [];
  const claim: Claim = refusal
    ? { kind: 'refusal', ...place, receiver: receivers[0] ?? '', code: refusal }
    : { kind: 'bulletin', ...place, receivers };
  const shown: Part = { section: 'bulletin', value: log.show(index, note, known) };
  const receipts: Part[] = receipt
    ? [
        {
          section: 'receipts',
          value: showReceipt({ ...receipt, note: await receipt.by.note(), on: log, onNote: note }, known),
        },
      ]
    : [];
  const all = ['adoption', 'penalty', ...(receipt ? ['receipt'] : []), ...types];
  return writeByHand(claim, [...showVersions(versions), ...showSchemas(readVersion(last), all), shown, ...receipts]);
}

/** Without the entry that changed the keys, a good bulletin would look forged, and its receiver’s lie right. */
async function keyLies(signed: GeneralJws): Promise<Forgery[]> {
  const next = sampleSigner('the next key');
  const [log, by] = [createHandLog('310000', [signed]), createHandLog('320000', [signed])];
  await log.adopt();
  await by.adopt();
  await log.say({ type: 'key', body: { keys: [next.publicKey] }, aud: ['*'] });
  await log.say({ ...penalty, signer: next });
  const code = 'bulletin/unknown-key';
  const receipt = { by, index: await sayReceipt(by, log, { from: 0, to: 3, refused: [{ index: 2, code }] }) };
  const shown = { log, index: 2, receipt, refusal: code };
  const note = await log.note();
  const range = async (receiver: string, bulletins: number, below: number[], types: string[]): Promise<string> =>
    writeByHand(
      {
        ...{ kind: 'completeness', agreement: digestOf(signed), issuer: '310000', receiver, log: log.origin },
        ...{ from: 2, to: 3, bulletins, receipted: bulletins > 0 ? 3 : 2 },
      },
      [
        ...showVersions([signed]),
        ...showSchemas(readVersion(signed), ['adoption', ...types]),
        { section: 'completeness', value: { checkpoint: note, frontier: frontierOf(log, 2) } },
        ...below.map((at): Part => ({ section: 'governance', value: log.place(at, note) })),
        ...(bulletins > 0 ? [await receiptPart()] : []),
        ...rangeOf(log, 2, 3, receiver).map((value): Part => ({ section: 'entries', value })),
      ],
    );
  const receiptPart = async (): Promise<Part> => ({
    section: 'receipts',
    value: showReceipt({ ...receipt, note: await by.note(), on: log, onNote: note }, new Set()),
  });
  const words = ['penalty', 'receipt'];
  const rest = { agreement: signed, exit: 1, code: 'evidence/missing' } as const;
  return [
    {
      ...rest,
      name: 'a refusal made right by leaving out the key',
      text: await fileOf([signed], { ...shown, without: [1] }),
    },
    {
      ...rest,
      name: 'a wrong refusal, all shown',
      exit: 0,
      code: '',
      text: await fileOf([signed], { ...shown, types: ['key'] }),
    },
    { ...rest, name: 'a range made bad by leaving out the key', text: await range('320000', 1, [0], words) },
    {
      ...rest,
      name: 'a range, all shown',
      exit: 0,
      code: '',
      text: await range('320000', 1, [0, 1], [...words, 'key']),
    },
    {
      ...rest,
      name: 'a range for nobody',
      code: 'evidence/claim-mismatch',
      text: await range('990000', 0, [0, 1], ['key']),
    },
  ];
}

async function closingLies(signed: GeneralJws): Promise<Forgery[]> {
  const log = createHandLog('310000', [signed]);
  await log.adopt();
  const before = await log.say(penalty);
  await log.say({ type: 'closing', body: { ground: 'other' }, aud: ['*'] });
  const after = await log.say(penalty);
  return [
    {
      name: 'said before the closing',
      agreement: signed,
      exit: 0,
      code: '',
      text: await fileOf([signed], { log, index: before }),
    },
    {
      name: 'said after the closing',
      agreement: signed,
      exit: 1,
      code: 'log/closed',
      text: await fileOf([signed], { log, index: after, types: ['closing'] }),
    },
  ];
}

async function idLies(signed: GeneralJws): Promise<Forgery[]> {
  const [log, by] = [createHandLog('310000', [signed]), createHandLog('320000', [signed])];
  await log.adopt();
  await by.adopt();
  const index = await log.say(penalty);
  const borrowed = { claims: { jti: jtiAt(log, index) } };
  const receipt = { by, index: await sayReceipt(by, log, { from: 0, to: 2 }, borrowed) };
  const [first, again] = [await log.note(), await log.note(2, { by: ['320000'], time: 1_800_000_000 })];
  const note = `${[...first.split('\n').slice(0, 5), ...[...first.split('\n').slice(5, -1), again.split('\n')[5]].sort()].join('\n')}\n`;
  return [
    // a receiver could otherwise keep its receipts out of every file
    {
      name: 'a receipt with the id of the bulletin',
      agreement: signed,
      exit: 0,
      code: '',
      text: await fileOf([signed], { log, index, receipt }),
    },
    {
      name: 'two cosignatures by one key',
      agreement: signed,
      exit: 1,
      code: 'evidence/surplus',
      text: await fileOf([signed], { log, index, note }),
    },
  ];
}

/** A version that the log adopts strikes the key; a file without it must not hide that. */
async function versionLies(signed: GeneralJws): Promise<Forgery[]> {
  const kid = await thumbprint(signerOf('bulletin', '310000').publicKey);
  const strike = { member: '310000', ground: 'stolen', kind: 'bulletin-key', kid, size: 1 };
  const second = await amended(signed, (given) => void Object.assign(given, { strikes: [strike] }));
  const log = createHandLog('310000', [signed]);
  const by = createHandLog('320000', [signed, second]);
  await log.adopt();
  await by.adopt();
  const index = await log.say(penalty);
  await by.adopt(1);
  const receipt = { by, index: await sayReceipt(by, log, { from: 0, to: 2 }) };
  const hidden = await fileOf([signed], { log, index, receipt });
  const shown = hidden.replace(
    canonicalText(claimOf(hidden)),
    canonicalText({ ...claimOf(hidden), agreement: digestOf(second) }),
  );
  const versions = showVersions([signed, second]).map(({ value }) => canonicalText(value as object));
  return [
    {
      name: 'a version that only a receipt’s log carries',
      agreement: signed,
      exit: 1,
      code: 'evidence/missing',
      text: hidden,
    },
    {
      name: 'that version shown',
      agreement: signed,
      exit: 1,
      code: 'bulletin/unknown-key',
      text: shown.replace(versions[0] as string, versions.join(',\n')),
    },
  ];
}

function claimOf(text: string): Record<string, unknown> {
  return (JSON.parse(text) as { claim: Record<string, unknown> }).claim;
}

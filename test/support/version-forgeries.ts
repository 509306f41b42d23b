/** Files over two versions of the agreement, by auditors who bring the one, the other or both: who counts, and until when. */

import type { Agreement } from '../../node/agreement/agreement.ts';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { formatBase64 } from '../../node/base/bytes.ts';
import { startOfDay } from '../../node/base/time.ts';
import type { Claim, Part } from '../../node/evidence/evidence.ts';
import { keysOf, signedAgreement } from './agreement.ts';
import { sampleBody, sampleId } from './bulletins.ts';
import { amended, type Forgery } from './forgeries.ts';
import {
  createHandLog,
  digestOf,
  firstSecond,
  type HandLog,
  readVersion,
  showSchemas,
  showVersions,
  writeByHand,
} from './handmade.ts';
import { jtiAt } from './sample-evidence.ts';

const penalty = { type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] };
const secondDay = startOfDay('2026-10-20') + 36_000;
const two = ['330000', '340000'];

export async function versionForgeries(): Promise<Forgery[]> {
  const signed = await signedAgreement();
  return (await Promise.all([quorumLies(signed), witnessLies(signed), nextLogLies(signed)])).flat();
}

/** A file about one penalty. */
function fileOf(versions: GeneralJws[], log: HandLog, index: number, note: string): Promise<string> {
  const last = versions.at(-1) as GeneralJws;
  const place = { agreement: digestOf(last), issuer: log.member, log: log.origin, index, jti: jtiAt(log, index) };
  return writeByHand({ kind: 'bulletin', ...place, receivers: [] }, [
    ...showVersions(versions),
    ...showSchemas(readVersion(last), ['adoption', 'penalty']),
    { section: 'bulletin', value: log.show(index, note) },
  ]);
}

/** The second version asks for one cosignature more, from its first day on. */
async function quorumLies(signed: GeneralJws): Promise<Forgery[]> {
  const second = await amended(signed, (next) => {
    next.effective.from = '2026-10-20';
    next.exchange.witnessQuorum = 3;
  });
  const both = [signed, second];
  const log = createHandLog('310000', both);
  const late = { claims: { iat: secondDay } };
  await log.adopt();
  const early = await log.say(penalty);
  await log.adopt(1, late);
  const index = await log.say({ ...penalty, ...late });
  const [time, soon] = [secondDay + 86_400, firstSecond + 86_400];
  const text = await fileOf(both, log, index, await log.note(undefined, { time }));
  const foreseen = await fileOf(both, log, index, await log.note(undefined, { time: soon }));
  const right = { agreement: signed as unknown, exit: 0, code: '', text } as const;
  const lie = { ...right, exit: 1 } as const;
  return [
    { ...right, name: 'two versions, and the auditor brings the first' },
    { ...right, name: 'two versions, and the auditor brings the second', agreement: second },
    { ...right, name: 'two versions, and the auditor brings both', agreement: [second, signed] },
    {
      ...{ ...right, name: 'one version, and the auditor brings both', agreement: both },
      text: await fileOf([signed], log, early, await log.note(2, { by: two })),
    },
    {
      ...{ ...lie, name: 'the quorum of the version before', code: 'evidence/no-quorum' },
      text: await fileOf(both, log, index, await log.note(undefined, { by: two, time })),
    },
    { ...lie, name: 'a day before the version that governs', at: '2026-10-10', code: 'evidence/too-late' },
    {
      ...{ ...lie, name: 'a version adopted ahead of its day', at: '2026-10-10', code: 'evidence/too-late' },
      text: foreseen,
    },
  ];
}

/** The second version strikes a witness key. */
async function witnessLies(signed: GeneralJws): Promise<Forgery[]> {
  const key = readVersion(signed).members.find(({ id }) => id === '330000')?.keys.witness as string;
  const second = await amended(signed, (next) => {
    next.strikes = [{ kind: 'witness-key', member: '330000', ground: 'stolen', key }];
  });
  const log = createHandLog('310000', [signed]);
  await log.adopt();
  const index = await log.say(penalty);
  const text = await fileOf([signed], log, index, await log.note(undefined, { by: two }));
  return [
    { name: 'a witness that nobody struck', agreement: signed, exit: 0, code: '', text },
    { name: 'a witness that was struck', agreement: second, exit: 1, code: 'evidence/no-quorum', text },
  ];
}

/** The second version strikes a log, and lists the next one of its member. */
async function nextLogLies(signed: GeneralJws): Promise<Forgery[]> {
  const log = createHandLog('310000', [signed]);
  const txn = sampleId(4_000_001);
  const claims = { txn };
  await log.adopt();
  await log.say({ ...penalty, claims });
  const strike = { kind: 'log', member: '310000', ground: 'forked', origin: log.origin, size: 2 } as const;
  const second = await amended(signed, (next) => {
    next.strikes = [{ ...strike, root: formatBase64(log.root(2)) }];
    moveLog(next);
  });
  const both = [signed, second];
  const next = createHandLog('310000', [second]);
  await next.adopt();
  await next.say({ type: 'revocation', body: sampleBody('revocation'), aud: ['320000'], claims });
  const kept = await log.note();
  await log.say({ ...penalty });
  const [beyond, note] = [await log.note(), await next.note()];
  const file = (first: string, repeated = false): Promise<string> => {
    const claim: Claim = {
      ...{ kind: 'record', agreement: digestOf(second), issuer: '310000', txn, bulletins: 2, receipts: 0 },
    };
    const shown: Part[] = [
      { section: 'bulletins', value: log.show(1, first) },
      { section: 'bulletins', value: next.show(1, note) },
    ];
    const schemas = showSchemas(readVersion(second), ['adoption', 'penalty', 'revocation']);
    return writeByHand(claim, [...showVersions(both), ...schemas, ...(repeated ? shown.reverse() : shown)]);
  };
  const lie = { agreement: signed, exit: 1 } as const;
  return [
    { name: 'a record in two logs of its issuer', agreement: signed, exit: 0, code: '', text: await file(kept) },
    { ...lie, name: 'the later log first', code: 'evidence/surplus', text: await file(kept, true) },
    { ...lie, name: 'a struck log beyond its end', code: 'log/struck', text: await file(beyond) },
    {
      ...{ ...lie, name: 'a next log that no version lists', code: 'evidence/other-agreement' },
      text: await fileOf([signed], next, 1, note),
    },
  ];
}

function moveLog({ members }: Agreement): void {
  const member = members.find(({ id }) => id === '310000') as Agreement['members'][number];
  member.origin = `${member.origin}/2`;
  member.keys = keysOf(member);
}

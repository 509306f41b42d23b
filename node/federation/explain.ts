/**
 * One bulletin's story end to end: from the row of a spreadsheet to each receiver's receipt. Of the other side only what it
 * signed is told: its receipts and its cosignatures; what is not known is said too (`story-words.ts`). Where a bulletin
 * stands is told, never what it says.
 */

import { type Agreement, findMember, witnessNameOf } from '../agreement/agreement.ts';
import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatInstant, fromNumericDate } from '../base/time.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Labels } from '../bulletin/labels.ts';
import { readClaims, readType } from '../bulletin/read.ts';
import { cosignaturesOn } from '../log/cosignature.ts';
import { audienceOf } from '../log/leaf.ts';
import type { Entry, HeldLog, StoredCheckpoint } from '../log/ports.ts';
import { formatRecordId, parseRecordId, type RecordId, type ToldStep } from '../registry/record.ts';
import type { Asker } from '../registry/tokens.ts';
import { findDocument, recordIn } from './find-document.ts';
import { listOwnLogs } from './own-logs.ts';
import { findOwnReceipts } from './own-receipts.ts';
import type { ExchangeStore, Place } from './ports.ts';
import { answersOf } from './receipt.ts';
import type { PeerReport, ReportPeers } from './report.ts';
import type {
  Addressee,
  Brief,
  Covering,
  Explanation,
  ImportedRow,
  Mended,
  ReceiptedWord,
  Scene,
  Story,
} from './story.ts';
import { tellStory } from './story-words.ts';

export interface ExplainNeeds {
  store: ExchangeStore;
  /** The version in force when something is explained. */
  version: { readonly agreement: Agreement };
  /** Our own entry in the agreement; its authority sees every import, others see their own. */
  self: { id: string; authority: string };
  reportPeers: ReportPeers;
  labels: Pick<Labels, 'titleOf' | 'linesOf'>;
  now: Now;
}

export type Explainer = ReturnType<typeof createExplainer>;

/** Beyond so many refused bulletins of one log those of a record are not looked for. */
const mostRefused = 1_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createExplainer({ store, version, self, reportPeers, labels, now }: ExplainNeeds) {
  const me = self.id;

  /** Every bulletin about these records that we hold, oldest first. */
  async function listAbout(records: readonly RecordId[]): Promise<Brief[]> {
    const steps = await store.registry.listStepsOf(records);
    const ids = new Set(records.map(formatRecordId));
    const told = steps.map((step) => toBrief(step, me));
    for (const log of await store.log.listLogs()) {
      if (log.own || !records.some(({ member }) => member === log.member)) continue;
      const refused = await store.log.listByWord(log.id, 'refused', mostRefused);
      told.push(...refused.map((entry) => briefOf(log, entry)).filter(({ record }) => ids.has(record ?? '')));
    }
    return told.sort((a, b) => (a.at === b.at ? a.index - b.index : a.at < b.at ? -1 : 1));
  }

  async function find(jti: string): Promise<{ log: HeldLog; entry: Entry }> {
    const found = await store.log.findByJti(jti);
    if (!found) throw new Problem('bulletin/not-found', { jti });
    return found;
  }

  /** Rows that it came from; of an opener or a correction also those that said the same again later. */
  async function rowsOf(
    record: RecordId | undefined,
    log: HeldLog,
    { index, at, type }: Brief,
    asker: Asker,
  ): Promise<ImportedRow[]> {
    if (record?.member !== me) return [];
    const rows = await store.stories.listRows(record.txn);
    const isBody = type !== undefined && (type === 'correction' || findTypeByName(type)?.kind === 'opens');
    return rows
      .filter((one) => (one.at ? one.at.log === log.id && one.at.index === index : isBody && one.given.createdAt >= at))
      .map(({ given: { id, fileName, authority, person, createdAt }, row, outcome }) => {
        const isSeen = asker.authority === self.authority || asker.authority === authority;
        return { outcome, authority, ...(isSeen && { id, fileName, row, person, createdAt }) };
      });
  }

  async function proposalOf(jti: string, asker: Asker): Promise<Story['proposal']> {
    const found = await store.stories.findProposal(jti);
    if (!found || (asker.authority !== self.authority && asker.authority !== found.authority)) return undefined;
    const { proposedBy, proposedAt, decidedBy, decidedAt } = found;
    return { proposedBy, proposedAt, ...(decidedBy && { decidedBy }), ...(decidedAt && { decidedAt }) };
  }

  /** What a member that we sent it to has said, in receipts that it signed. */
  async function hear(peer: PeerReport, { log, index }: Place, mendedBy: Mended | undefined): Promise<Addressee> {
    const { member, lastOkAt, lastError, lastErrorAt, failures, ours } = peer;
    const receipts = await store.peers.listReceipts(member, log, index);
    const { receipted } = await store.peers.sumReceipts(member, log);
    const isCurrent = (await listOwnLogs(store.log)).at(-1)?.id === log;
    const said: ReceiptedWord[] = [];
    for (const { jti, ...word } of answersOf(receipts, index)) {
      const stands = await store.log.findByJti(jti);
      const learnedAt = receipts.find((one) => one.jti === jti)?.at ?? '';
      const signedAt = signedAtOf(stands?.entry);
      const receipt = {
        ...{ jti, at: learnedAt },
        ...(stands && { index: stands.entry.index }),
        ...(signedAt && { signedAt }),
      };
      said.push({ ...word, receipt });
    }
    return {
      ...{ member, said, receipted, failures },
      ...(isCurrent && ours.cosigned && { cosigned: ours.cosigned }),
      ...(lastOkAt && { lastOkAt }),
      ...(lastError && { lastError }),
      ...(lastErrorAt && { lastErrorAt }),
      ...(mendedBy !== undefined && { mendedBy }),
    };
  }

  async function hearAll(place: Place, audience: readonly string[]): Promise<Addressee[]> {
    const refusals = await store.stories.listRefusals(place);
    const mendedBy = (member: string) => refusals.find((one) => one.member === member)?.mendedBy;
    const peers = (await reportPeers()).filter(({ member }) => audience.includes('*') || audience.includes(member));
    return Promise.all(peers.map((peer) => hear(peer, place, mendedBy(peer.member))));
  }

  async function ourWord(log: HeldLog, entry: Entry): Promise<NonNullable<Story['ours']>> {
    const said: ReceiptedWord[] = [];
    for (const own of await listOwnLogs(store.log)) {
      said.push(...(await findOwnReceipts(store.log, own, log, entry)));
    }
    const cosigned = await store.log.findCheckpointBeyond(log.id, entry.index);
    return { said, ...(cosigned?.cosignedAt !== undefined && { cosignedAt: cosigned.cosignedAt }) };
  }

  function toCovering({ size, at, quorum, note }: StoredCheckpoint): Covering {
    const members = version.agreement.members;
    const cosignatures = cosignaturesOn(note).flatMap(({ name, at }) => {
      const member = members.find(({ issuer }) => witnessNameOf(issuer) === name)?.id;
      return member ? [{ member, at }] : [];
    });
    const inOrder = (a: { member: string; at: string }, b: typeof a) =>
      a.at < b.at || (a.at === b.at && a.member < b.member) ? -1 : 1; // cosignatures tell whole seconds
    return { size, at, hasQuorum: quorum, cosignatures: cosignatures.sort(inOrder) };
  }

  async function tell({ log, entry }: { log: HeldLog; entry: Entry }, asker: Asker): Promise<Story> {
    const step = await store.stories.findStep(log.id, entry.index);
    const brief = briefOf(log, entry, step);
    const audience = audienceOf(entry.leaf);
    const record = step ?? (brief.record === undefined ? undefined : parseRecordId(brief.record));
    const covered = await store.log.findCheckpointBeyond(log.id, entry.index);
    const quorum = covered?.quorum ? covered : await store.log.findCheckpointBeyond(log.id, entry.index, true);
    const signedAt = signedAtOf(entry);
    const proposal = log.own ? await proposalOf(brief.jti, asker) : undefined;
    return {
      ...brief,
      ...{ origin: log.origin, audience, callsForReceipt: !entry.governance && brief.type !== 'receipt' },
      ...(signedAt && { signedAt }),
      rows: log.own ? await rowsOf(record, log, brief, asker) : [],
      ...(proposal && { proposal }),
      ...(covered && { covered: toCovering(covered) }),
      ...(quorum && { quorum: toCovering(quorum) }),
      addressees: log.own ? await hearAll({ log: log.id, index: entry.index }, audience) : [],
      ...(!log.own && { ours: await ourWord(log, entry) }),
    };
  }

  function scene(at: string): Scene {
    const { members, exchange } = version.agreement;
    const names = new Map(members.map(({ id, name }) => [id, name]));
    const groundOf = (ground: string): Sentence =>
      labels.linesOf('erasure', { ground })[0]?.value ?? { zh: ground, en: ground };
    return { me, at, names, titleOf: labels.titleOf, groundOf, witnessQuorum: exchange.witnessQuorum };
  }

  /** @returns the bulletin to tell whole, and all about the same */
  async function look(asked: string): Promise<{ jti: string; about: Brief[] }> {
    if (uuid.test(asked)) {
      const { log, entry } = await find(asked);
      const step = await store.stories.findStep(log.id, entry.index);
      const record = step ?? parseRecordId(briefOf(log, entry).record ?? '');
      return { jti: asked, about: record ? await listAbout([record]) : [] };
    }
    const id = parseRecordId(asked);
    const isKnown = id === undefined || findMember(version.agreement, id.member) !== undefined;
    const records = id ? [id] : await findDocument(store, asked, me);
    const about = isKnown && records.length > 0 ? await listAbout(records) : [];
    const newest = about.at(-1);
    if (!newest) throw new Problem('registry/not-found', { record: asked.slice(0, 64) });
    return { jti: newest.jti, about };
  }

  return {
    /**
     * @param asked `jti` of a bulletin, id of a record, or the number of a document; of the latter two the newest bulletin
     * is told whole
     * @throws {Problem} bulletin/not-found, registry/not-found
     */
    async explain(asked: string, asker: Asker): Promise<Explanation> {
      const { jti, about } = await look(asked.trim());
      const bulletin = await tell(await find(jti), asker);
      const others = about.filter((one) => one.jti !== jti);
      const at = formatInstant(now());
      return { at, bulletin, others, ...tellStory(bulletin, others, scene(at)) };
    },
  };
}

function briefOf(log: HeldLog, entry: Entry, step?: { member: string; txn: string; type: string }): Brief {
  const { index, jti = '', word = 'taken', code, at, erased, content } = entry; // governance of others has no word of ours
  const claims = content && readClaims(content.jws);
  const record = step ?? (claims && recordIn(claims, log.member));
  const type = (content && readType(content.jws)?.name) ?? step?.type;
  return {
    ...{ member: log.member, index, jti, word, at },
    ...(type !== undefined && { type }),
    ...(record && { record: formatRecordId(record) }),
    ...(code !== undefined && { code }),
    ...(erased && { erased }),
  };
}

function toBrief({ author, index, jti, type, code, at, erased, ...id }: ToldStep, me: string): Brief {
  const word = author === me ? 'issued' : code === undefined ? 'taken' : 'noted';
  return {
    ...{ member: author, index, jti, type, record: formatRecordId(id), word, at },
    ...(code !== undefined && { code }),
    ...(erased && { erased }),
  };
}

function signedAtOf(entry: Entry | undefined): string | undefined {
  const iat = entry?.content && readClaims(entry.content.jws)?.iat;
  return typeof iat === 'number' ? fromNumericDate(iat) : undefined;
}

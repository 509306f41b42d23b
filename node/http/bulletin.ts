/** The logs that we hold, entry by entry, and one bulletin with all that is known of its fate. */

import { type Agreement, findMember, type Member } from '../agreement/agreement.ts';
import { Problem } from '../base/problem.ts';
import { readClaims, readType } from '../bulletin/read.ts';
import type { Mending } from '../federation/mend.ts';
import type { ExchangeStore } from '../federation/ports.ts';
import { type Answered, answerOf } from '../federation/receipt.ts';
import type { Reissuing } from '../federation/reissue.ts';
import { parseLeaf } from '../log/leaf.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { checkPurpose } from '../registry/answer.ts';
import type { RegistryStore } from '../registry/ports.ts';
import type { Questions } from '../registry/questions.ts';
import { parseRecordId } from '../registry/record.ts';
import type { Registry } from '../registry/registry.ts';
import type { Asker } from '../registry/tokens.ts';
import { bodyForm, count, line, maybe, maybeOneOf, pathId, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface BulletinParts {
  store: Pick<ExchangeStore, 'log' | 'peers'> & { registry: Pick<RegistryStore, 'findOwn'> };
  version: { agreement: Agreement };
  self: Member;
  registry: Pick<Registry, 'getRecord'>;
  questions: Pick<Questions, 'ask'>;
  reissuing: Reissuing;
  schemas: ReadonlyMap<string, object>;
}

export function bulletinRoutes(parts: BulletinParts): TokenRoute[] {
  const { store, version, self, registry, questions, reissuing, schemas } = parts;
  const findLog = async (member: string): Promise<HeldLog> => {
    const origin = findMember(version.agreement, member)?.origin;
    const log = origin === undefined ? undefined : await store.log.findLog(origin);
    if (!log) throw new Problem('peer/not-found', { member });
    return log;
  };

  /** What each addressee has said of an entry of our own log. */
  const answersTo = async (
    { id }: HeldLog,
    { index }: Entry,
    audience: readonly string[],
  ): Promise<({ member: string } & Answered)[]> => {
    const others = version.agreement.members.map(({ id }) => id).filter((id) => id !== self.id);
    const addressees = others.filter((id) => audience.includes('*') || audience.includes(id));
    const answers = await Promise.all(
      addressees.map(async (member) => {
        const answer = answerOf(await store.peers.listReceipts(member, id, index), index);
        return answer && { member, ...answer };
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  };

  /** Whether the asker's own bureau, or the province's for all of them, keeps that record. */
  const keeps = async ({ authority }: Asker, record: string): Promise<boolean> => {
    if (authority === self.authority) return true;
    const id = parseRecordId(record);
    return id?.member === self.id && (await store.registry.findOwn(id))?.authority === authority;
  };

  /**
   * Whether the content is shown: of our own log what is no other bureau's; else what is said of a record for a purpose,
   * as the record is, and the question is kept. What was refused is proof, of no record: it is for auditors.
   *
   * @throws {Problem} as `getRecord` does
   */
  const mayRead = async (asker: Asker, { log, entry, claims }: Found, purpose?: string): Promise<boolean> => {
    const record = recordIn(claims, log.member);
    if (entry.word === 'refused') {
      if (asker.role !== 'auditor' || purpose === undefined) return false;
      const asked = parseRecordId(record ?? '') ? record : entry.jti;
      await questions.ask(asker, { ...(asked && { record: asked }), purpose, form: 'record' }, () => {
        checkPurpose(asker, purpose, version.agreement);
        return { jws: entry.content?.jws ?? '' };
      });
      return true;
    }
    if (record === undefined || (log.own && (await keeps(asker, record)))) return true;
    if (purpose === undefined) return false;
    await registry.getRecord(asker, { record, purpose });
    return true;
  };

  return [
    {
      method: 'get',
      path: '/bulletins',
      access: ['clerk', 'auditor', 'operator'],
      async answer(request, response) {
        const { member, from, limit, word } = readQuery(request, {
          member: (text = self.id) => line(6)(text),
          from: count({ otherwise: 0 }),
          limit: count({ otherwise: 100, most: 1000 }),
          word: maybeOneOf(['refused', 'withheld', 'noted']),
        });
        const log = await findLog(member);
        const found = word
          ? await store.log.listByWord(log.id, word, limit + 1, from)
          : await store.log.listEntries(log.id, from, from + limit + 1);
        const next = found[limit]?.index;
        const bulletins = found.slice(0, limit).map((entry) => showEntry(entry, log));
        response.json({ bulletins, ...(next !== undefined && { next }) });
      },
    },
    {
      method: 'get',
      path: '/bulletins/:jti',
      access: ['clerk', 'auditor'],
      async answer(request, response, asker) {
        const jti = pathId(request, 'jti', 'bulletin/not-found');
        const found = await store.log.findByJti(jti);
        if (!found) throw new Problem('bulletin/not-found', { jti });
        const { log, entry } = found;
        const { purpose } = readQuery(request, { purpose: maybe(line(64)) });
        const shown = showEntry(entry, log);
        const content = entry.content && { jws: entry.content.jws, claims: readClaims(entry.content.jws) };
        const isShown = content && (await mayRead(asker, { log, entry, claims: content.claims }, purpose));
        const receipts = log.own ? await answersTo(log, entry, shown.audience) : [];
        response.json({ ...shown, origin: log.origin, ...(isShown && content), receipts });
      },
    },
    {
      method: 'post',
      path: '/bulletins/:jti/reissue',
      access: ['clerk'],
      body: bodyForm(schemas, 'reissue'),
      async answer(request, response, asker) {
        const mending = request.body as Mending; // its form was checked
        const bulletins = await reissuing.reissue(pathId(request, 'jti', 'bulletin/not-found'), mending, asker);
        response.status(201).location(`/api/v1/bulletins/${bulletins[0]?.jti}`).json({ bulletins });
      },
    },
  ];
}

interface Found {
  log: HeldLog;
  entry: Entry;
  claims: Record<string, unknown> | undefined;
}

/** The record that it is about, as it says: of what was refused, anything. */
function recordIn(claims: Found['claims'], issuer: string): string | undefined {
  if (claims?.txn === undefined) return undefined;
  const [body] = Object.values((claims.events ?? {}) as Record<string, { record?: unknown } | null>); // parsed as an object
  return typeof body?.record === 'string' ? body.record : `${issuer}.${claims.txn}`;
}

/** An entry without its content. */
function showEntry({ index, leaf, jti, word, code, content, at, erased }: Entry, { member }: HeldLog) {
  const type = content && readType(content.jws)?.name;
  return {
    member,
    index,
    audience: parseLeaf(leaf)?.audience ?? [],
    ...(jti !== undefined && { jti }),
    ...(type !== undefined && { type }),
    ...(word && { word }),
    ...(code !== undefined && { code }),
    at,
    ...(erased && { erased }),
  };
}

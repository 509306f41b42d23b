/** The logs that we hold, entry by entry, and one bulletin with all that is known of its fate. */

import { type Agreement, findMember, type Member } from '../agreement/agreement.ts';
import { parseCompact } from '../base/jws.ts';
import { Problem } from '../base/problem.ts';
import { bulletinTyp } from '../bulletin/bulletin.ts';
import { findType } from '../bulletin/catalogue.ts';
import type { Mending } from '../federation/mend.ts';
import type { ExchangeStore } from '../federation/ports.ts';
import { type Answered, answerOf } from '../federation/receipt.ts';
import type { Reissuing } from '../federation/reissue.ts';
import { parseLeaf } from '../log/leaf.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import type { Registry } from '../registry/registry.ts';
import type { Asker } from '../registry/tokens.ts';
import { bodyForm, count, line, maybe, maybeOneOf, pathId, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface BulletinParts {
  store: Pick<ExchangeStore, 'log' | 'peers'>;
  version: { agreement: Agreement };
  self: Member;
  registry: Pick<Registry, 'getRecord'>;
  reissuing: Reissuing;
  schemas: ReadonlyMap<string, object>;
}

export function bulletinRoutes({ store, version, self, registry, reissuing, schemas }: BulletinParts): TokenRoute[] {
  const findLog = async (member: string): Promise<HeldLog> => {
    const origin = findMember(version.agreement, member)?.origin;
    const log = origin === undefined ? undefined : await store.log.findLog(origin);
    if (!log) throw new Problem('peer/not-found', { member });
    return log;
  };

  /** What each addressee has said of an entry of our own log. */
  const answersTo = async (
    { index }: Entry,
    audience: readonly string[],
  ): Promise<({ member: string } & Answered)[]> => {
    const others = version.agreement.members.map(({ id }) => id).filter((id) => id !== self.id);
    const addressees = others.filter((id) => audience.includes('*') || audience.includes(id));
    const answers = await Promise.all(
      addressees.map(async (member) => {
        const answer = answerOf(await store.peers.listReceipts(member, index), index);
        return answer && { member, ...answer };
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  };

  /** What another member said of a record is shown for a purpose, as the record is, and the question is kept. */
  const mayRead = async (
    asker: Asker,
    claims: Record<string, unknown> | undefined,
    issuer: string,
    purpose: string | undefined,
  ): Promise<boolean> => {
    const [body] = Object.values((claims?.events ?? {}) as Record<string, { record?: string }>); // parsed as an object
    if (claims?.txn === undefined) return true; // about no record
    if (purpose === undefined) return false;
    await registry.getRecord(asker, { record: body?.record ?? `${issuer}.${claims.txn}`, purpose });
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
        const content = entry.content && { jws: entry.content.jws, claims: claimsOf(entry.content.jws) };
        const isShown = content && (log.own || (await mayRead(asker, content.claims, log.member, purpose)));
        const receipts = log.own ? await answersTo(entry, shown.audience) : [];
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

/** An entry without its content. */
function showEntry({ index, leaf, jti, word, code, content, at, erased }: Entry, { member }: HeldLog) {
  const type = content && typeOf(content.jws);
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

/** Undefined when they cannot be read: that is why it was refused. */
function claimsOf(jws: string): Record<string, unknown> | undefined {
  const reading = parseCompact(jws, bulletinTyp);
  return 'flaw' in reading ? undefined : reading.jws.payload;
}

/** The bare name of the type; undefined when it cannot be read or is none of ours. */
function typeOf(jws: string): string | undefined {
  const events = claimsOf(jws)?.events;
  if (typeof events !== 'object' || events === null) return undefined;
  const [event = ''] = Object.keys(events);
  return findType(event)?.name;
}

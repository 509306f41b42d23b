/**
 * An auditor at work, composed as a node is: its own mirror in an SQLite file, the agreement that it brought, its own key.
 * It asks the members' nodes and nobody else, and needs nothing of any of them but what each would show every auditor.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createAddresses } from './addresses.ts';
import type { Auditor, Member } from './agreement/agreement.ts';
import { type Agreements, createAgreements } from './agreement/agreements.ts';
import { thumbprint } from './base/jws.ts';
import type { Fetch, Now } from './base/ports.ts';
import { isProblem, Problem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import { buildLabels } from './bulletin/labels.ts';
import { createNewId, hash, verifySignature } from './crypto.ts';
import { type AuditNeeds, auditMirror } from './evidence/audit.ts';
import { type ContentNeeds, type Contents, type EvidenceFile, readEvidenceFiles } from './evidence/audit-contents.ts';
import type { Followed, MirrorNeeds } from './evidence/mirror-ports.ts';
import { followAll, seeNote } from './evidence/mirror-round.ts';
import { compileEvidenceSchema } from './evidence/read.ts';
import { type Client, createClient, type SignTarget } from './federation/client.ts';
import { createCosigner } from './federation/cosign.ts';
import { createLaws } from './federation/law.ts';
import { createMembers } from './federation/members.ts';
import { signRequest } from './federation/request.ts';
import type { NodeKey } from './key-file.ts';
import { createOutbound } from './outbound.ts';
import type { AuditReport } from './report/audit.ts';
import { loadRules } from './rules-files.ts';
import { loadSchemas, shippedRules, shippedSchemas } from './shipped.ts';
import { openStore } from './store/store.ts';
import type { HttpProxy } from './tunnel.ts';
import { compileChecks, openAgreements } from './versions.ts';

export interface AuditOptions {
  /** Signed versions of the agreement, from the first one on: where all trust comes from. */
  agreement: string;
  key: NodeKey<'auditor'>;
  /** Folder of the mirror; what it holds already is gone on from. */
  folder: string;
  /** The nodes to ask, by endpoint, issuer or member id, perhaps with the address at which it is reached; none: all. */
  nodes: readonly NodeChoice[];
  /** Files of evidence, whose content is looked at besides. */
  evidence?: readonly EvidenceFile[];
  proxy?: HttpProxy;
  now: Now;
  fetch?: Fetch;
  wait?: (ms: number) => Promise<unknown>;
  onPage?: NonNullable<MirrorNeeds['onPage']>;
  onProgress?: NonNullable<AuditNeeds['onProgress']>;
  /** Told how many files of evidence were read. */
  onFile?: NonNullable<ContentNeeds['onFile']>;
  /** Told when a node asks to be called less often. */
  onWait?: (seconds: number) => void;
}

export interface NodeChoice {
  /** Endpoint or issuer as the agreement has it, or member id. */
  node: string;
  /** Where it is reached instead of at its endpoint. */
  url?: string;
}

/** A member whose node is asked. */
interface Asked {
  member: Member;
  url: string;
}

const rounds = 2; // what came while the first one ran, and versions that it brought, are read in the second
const mostWaits = 20;
const waitMs = 10_000;

/**
 * Brings the mirror up to date and looks at all of it.
 *
 * @throws {Problem} agreement/…, key/not-in-agreement, store/…; peer/unreachable when nothing was ever read and nobody answers
 */
export async function runAudit(options: AuditOptions): Promise<AuditReport> {
  const { now } = options;
  await mkdir(options.folder, { recursive: true });
  const store = await openStore(`sqlite:${join(options.folder, 'mirror.db')}`);
  const schemas = loadSchemas(shippedSchemas());
  const form = compileSchema(schemas.get('agreement') ?? {});
  const agreements = createAgreements({ store: store.agreements, hash, form, verifySignature, now });
  const version = await openAgreements(agreements, options.agreement).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  let asked: readonly Asked[] = [];
  const outbound = createOutbound({
    allowedOrigins: () =>
      new Set([...createAddresses(version).allowedOrigins(), ...asked.map(({ url }) => new URL(url).origin)]),
    pinsOf: (origin) => asked.find(({ url }) => new URL(url).origin === origin)?.member.certificatePins ?? [],
    ...(options.proxy && { proxy: options.proxy }),
  });
  try {
    const auditor = await findAuditor(agreements, options.key);
    asked = chooseNodes(version.agreement.members, options.nodes);
    const { byDigest } = compileChecks(schemas, version.agreement);
    const laws = createLaws({ agreements, checks: byDigest });
    const sign: SignTarget = async (target, audience, nth) =>
      nth > 0
        ? undefined
        : signRequest(target, { ...options.key, issuer: auditor.id, audience, now, newId: createNewId(now), hash });
    const fetch = options.fetch ?? outbound.fetch;
    const members = createMembers({ agreements, me: '', fetch, sign, hash });
    const sights = createCosigner({ store, agreement: () => version.agreement, members, hash, verifySignature, now });
    const clients = new Map(asked.map((one) => [one.member.id, patient(clientOf(one, fetch, sign), options)]));
    const { onPage } = options;
    const mirror: MirrorNeeds = {
      ...{ store, agreements, laws, members, sights, clients, hash, verifySignature, now },
      newId: createNewId(now),
      ...(onPage && { onPage }),
    };
    let followed: Followed = { nodes: [], troubles: [] };
    for (let round = 0; round < rounds; round++) followed = await followAll(mirror);
    const [silent] = followed.nodes.filter(({ trouble }) => trouble !== undefined);
    if (silent && (await store.log.listLogs()).every(({ size }) => size === 0))
      throw new Problem('peer/unreachable', { member: silent.member, reason: silent.trouble });
    const { onProgress, evidence = [] } = options;
    const contents = evidence.length > 0 ? await readContents(evidence, mirror, followed, schemas, options) : undefined;
    const { titleOf } = buildLabels(schemas, {}); // the titles stand in the schemas
    return await auditMirror({
      ...{ store, agreements, auditor, titleOf, followed, hash, now },
      ...(contents && { contents }),
      ...(onProgress && { onProgress }),
    });
  } finally {
    await outbound.close();
    await store.close();
  }
}

/** Evidence as the versions known by now judge it, and its checkpoints held against the mirror. */
async function readContents(
  evidence: readonly EvidenceFile[],
  mirror: MirrorNeeds,
  followed: Followed,
  schemas: ReadonlyMap<string, object>,
  { onFile }: AuditOptions,
): Promise<Contents> {
  const signed = await mirror.agreements.load();
  const form = compileSchema(schemas.get('agreement') ?? {});
  const checks = compileEvidenceSchema(schemas.get('evidence') as { $defs: object }); // the program brings it
  const contents = await readEvidenceFiles(evidence, {
    agreement: signed.map(({ jws }) => jws),
    calendar: loadRules({ ...shippedRules(), schemas }).calendar,
    ports: { hash, verifySignature, form, checks },
    ...(onFile && { onFile }),
  });
  for (const { log: origin, note, file: from } of contents.notes)
    await seeNote(mirror, { origin, note, from }, followed.troubles);
  return contents;
}

/** The auditor whose key that is, by the version of today. */
async function findAuditor(agreements: Agreements, { kid }: NodeKey<'auditor'>): Promise<Auditor> {
  const { auditors = [] } = agreements.live.agreement;
  for (const auditor of auditors) if ((await thumbprint(auditor.key)) === kid) return auditor;
  throw new Problem('key/not-in-agreement', { member: auditors.map(({ id }) => id), uses: ['auditor'] });
}

function chooseNodes(members: readonly Member[], chosen: readonly NodeChoice[]): Asked[] {
  if (chosen.length === 0) return members.map((member) => ({ member, url: member.endpoint }));
  return chosen.map(({ node, url }) => {
    const member = members.find(({ id, endpoint, issuer }) => [id, endpoint, issuer].includes(node.replace(/\/$/, '')));
    if (!member) throw new Problem('agreement/unknown-member', { member: node });
    return { member, url: url?.replace(/\/$/, '') ?? member.endpoint };
  });
}

/** A request is signed for the agreement's endpoint, wherever the node is reached. */
function clientOf({ member, url }: Asked, fetch: Fetch, sign: SignTarget): Client {
  const { id, issuer, endpoint } = member;
  const reach: Fetch = (address, given) => fetch(`${url}${address.slice(endpoint.length)}`, given);
  return createClient({ member: id, issuer, endpoint, fetch: reach, sign, hash });
}

/** Asks again later where a node says that it is asked too often: an auditor has time. Each try is signed anew. */
function patient(client: Client, { wait = setTimeout, onWait }: Pick<AuditOptions, 'wait' | 'onWait'>): Client {
  const retry =
    <Given extends unknown[], Told>(call: (...given: Given) => Promise<Told>) =>
    async (...given: Given): Promise<Told> => {
      for (let n = 0; ; n++) {
        try {
          return await call(...given);
        } catch (error) {
          if (!isProblem(error) || error.facts.code !== 'input/rate-limited' || n >= mostWaits) throw error;
          onWait?.(waitMs / 1000);
          await wait(waitMs);
        }
      }
    };
  return {
    ...client,
    view: retry(client.view),
    entries: retry(client.entries),
    consistency: retry(client.consistency),
  };
}

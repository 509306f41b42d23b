/** The agreement as a node starts with it: the configured versions, our own entry, and the schemas that they pin. */

import { readFile } from 'node:fs/promises';
import { type Agreement, findMember, type Member } from './agreement/agreement.ts';
import type { Agreements, LiveVersion } from './agreement/agreements.ts';
import { schemaDigest } from './agreement/schema-digest.ts';
import { decideInForce } from './agreement/signatures.ts';
import { Problem } from './base/problem.ts';
import { type Check, compileSchema } from './base/schema.ts';
import { bulletinTypes } from './bulletin/catalogue.ts';
import { hash } from './crypto.ts';

/** Puts the configured versions of the agreement in the store; what binds today is read from there. */
export async function bringInForce(agreements: Agreements, file: string): Promise<LiveVersion> {
  const given = [parseJson(await readFile(file, 'utf8'), file)].flat();
  for (const one of given) await agreements.put(one);
  await agreements.refresh();
  const [first] = agreements.inForce();
  if (!first) {
    const word = decideInForce(await agreements.put(given[0]));
    throw new Problem('agreement/not-in-force', word.inForce ? {} : word.facts);
  }
  return agreements.live;
}

/**
 * The same for an auditor, whose store holds later versions that logs brought.
 *
 * @throws {Problem} agreement/invalid when the store follows another agreement
 */
export async function openAgreements(agreements: Agreements, file: string): Promise<LiveVersion> {
  const live = await bringInForce(agreements, file);
  if (agreements.all().some(({ agreement }) => agreement.id !== live.agreement.id))
    throw new Problem('agreement/invalid', { reason: 'the mirror in that folder follows another agreement' });
  return live;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('agreement/invalid', { reason: `${file} is no JSON` }, { cause });
  }
}

/** Our own entry as of today, or in the newest version that lists us: we may have left, or our first day is still to come. */
export function findSelf(agreements: Agreements, id: string): Member {
  const today = findMember(agreements.live.agreement, id);
  if (today) return today;
  const self = agreements
    .inForce()
    .map(({ agreement }) => findMember(agreement, id))
    .findLast((member) => member !== undefined);
  if (!self) throw new Problem('agreement/unknown-member', { member: id });
  return self;
}

/** Schemas by the bare name of the type, and by the digest with which agreements pin them. */
export function compileChecks(schemas: ReadonlyMap<string, object>, agreement: Agreement) {
  const checks = new Map<string, Check>();
  const byDigest = new Map<string, Check>();
  for (const { name, schema } of bulletinTypes) {
    const text = schemas.get(schema);
    if (!text)
      throw new Problem('config/invalid', {
        mistakes: [{ file: schema, pointer: '', zh: `缺少模式文件 ${schema}`, en: `the schema ${schema} is missing` }],
      });
    const check = compileSchema(text);
    checks.set(name, check);
    byDigest.set(schemaDigest(text, hash), check);
  }
  const unknown = agreement.catalogue.filter(({ schema }) => !byDigest.has(schema)).map(({ type }) => type);
  if (unknown.length > 0) throw new Problem('agreement/unknown-schema', { types: unknown });
  return { checks, byDigest };
}

/** The schemas of bulletins by the digest with which agreements pin them. */
export function schemasByDigest(schemas: ReadonlyMap<string, object>): ReadonlyMap<string, object> {
  const listed = bulletinTypes.flatMap(({ schema }) => schemas.get(schema) ?? []);
  return new Map(listed.map((schema) => [schemaDigest(schema, hash), schema]));
}

/** Versions in force, or to come, whose schemas are not all ours. */
export function listUnreadable(agreements: Pick<Agreements, 'inForce'>, byDigest: ReadonlyMap<string, Check>) {
  return agreements.inForce().flatMap(({ agreement: { version, catalogue } }) => {
    const types = catalogue.filter(({ schema }) => !byDigest.has(schema)).map(({ type }) => type);
    return types.length > 0 ? [{ version, types: types.join(', ') }] : [];
  });
}

/**
 * Whether an agreement is well formed, with every mistake at once (docs/protocol.md, Members and Agreement). The form
 * is `schemas/agreement.json`; here is what must hold between its parts. Parts of the wrong form are passed over: the
 * schema has complained of them. A rule here is for ever, because what was signed must stay readable.
 */

import { canonicalBytes } from '../base/canonical.ts';
import { findUnsaidText, toPublicJwk } from '../base/jws.ts';
import { isSafeAddress } from '../base/loopback.ts';
import { parsePointer, pointerTo } from '../base/pointer.ts';
import type { Facts } from '../base/problem.ts';
import { checkUscc } from '../base/uscc.ts';
import { parseVkey } from '../log/note.ts';
import { maxAgreementBytes, originOf, witnessNameOf } from './agreement.ts';
import { type Mistake, type MistakeCode, mistakeAt } from './mistakes.ts';
import type { FormPorts } from './ports.ts';

/** `keys`: 'optional' while the page is still without them, 'required' from signing on. */
export interface CheckContext extends FormPorts {
  keys: 'required' | 'optional';
}

type Say = (pointer: string, code: MistakeCode, facts?: Facts) => void;

/** Receipts and governance are owed to everyone and need no flow. */
const withoutFlow = ['receipt', 'adoption', 'key', 'erasure', 'closing'];
const indispensable = ['receipt', 'adoption'];

/** Every mistake in the value; an empty list makes it an `Agreement`. */
export function checkAgreement(value: unknown, context: CheckContext): Mistake[] {
  const mistakes: Mistake[] = [];
  const say: Say = (pointer, code, facts) => mistakes.push(mistakeAt(pointer, code, facts));
  checkForm(value, context, say);
  checkCharacters(value, '', say);
  checkTerms(value, say);
  checkMembers(value, context, say);
  checkKeys(value, context, say);
  checkCatalogue(value, say);
  checkStrikes(value, say);
  if (mistakes.length === 0) checkSize(value, say);
  return mistakes;
}

function checkForm(value: unknown, { form }: CheckContext, say: Say): void {
  for (const { pointer, message, zh } of form(value)) {
    const found = valueAt(value, pointer);
    if (typeof found === 'number' && memberIdPointer.test(pointer)) say(pointer, 'id-not-text', { value: found });
    else say(pointer, 'form', { zh, en: message });
  }
}

const memberIdPointer = /^\/members\/\d+\/id$|^\/catalogue\/\d+\/flows\/\d+\/(from|to)\/\d+$/;

function checkCharacters(value: unknown, pointer: string, say: Say): void {
  if (typeof value === 'string' && findUnsaidText(value)) say(pointer, 'unsaid-character');
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) checkCharacters(part, pointerTo(pointer, name), say);
}

function checkTerms(value: unknown, say: Say): void {
  const version = at(value, 'version');
  const previous = at(value, 'previous');
  if (version === 1 && previous !== undefined) say('/previous', 'previous-unneeded');
  if (typeof version === 'number' && version > 1 && previous === undefined) say('', 'previous-missing');

  const from = at(value, 'effective', 'from');
  const until = at(value, 'effective', 'until');
  if (isText(from) && isText(until) && until < from) say('/effective/until', 'period-reversed', { from, until });

  checkMajority(at(value, 'exchange', 'witnessQuorum'), list(value, 'members').length - 1, (facts) =>
    say('/exchange/witnessQuorum', 'quorum-too-small', facts),
  );
  checkMajority(at(value, 'governance', 'required'), list(value, 'members').length, (facts) =>
    say('/governance/required', 'governance-too-small', facts),
  );
  checkDifferent(
    list(value, 'purposes').map(([purpose, i]) => [at(purpose, 'id'), `/purposes/${i}/id`]),
    say,
  );
  checkDifferent(
    list(value, 'measures').map(([measure, i]) => [at(measure, 'code'), `/measures/${i}/code`]),
    say,
  );
}

function checkMajority(found: unknown, of: number, complain: (facts: Facts) => void): void {
  if (typeof found === 'number' && (found * 2 <= of || found > of))
    complain({ least: Math.floor(of / 2) + 1, most: of });
}

function checkMembers(value: unknown, { keys }: CheckContext, say: Say): void {
  const members = list(value, 'members');
  for (const name of ['id', 'authority', 'issuer', 'endpoint', 'origin']) {
    checkDifferent(
      members.map(([member, i]) => [at(member, name), `/members/${i}/${name}`]),
      say,
    );
  }
  checkDifferent(
    list(value, 'auditors').map(([auditor, i]) => [at(auditor, 'id'), `/auditors/${i}/id`]),
    say,
  );
  for (const [witness, i] of list(value, 'witnesses')) checkAddress(at(witness, 'url'), `/witnesses/${i}/url`, say);
  for (const [member, i] of members) {
    const { id, authority, issuer, origin } = parts(member);
    if (keys === 'required' && at(member, 'keys') === undefined)
      say(`/members/${i}`, 'key-missing', { member: id ?? i });
    if (isText(authority) && checkUscc(authority) === 'invalid') {
      say(`/members/${i}/authority`, 'authority-invalid', { value: authority });
    }
    checkAddress(issuer, `/members/${i}/issuer`, say);
    checkAddress(at(member, 'endpoint'), `/members/${i}/endpoint`, say);
    if (isText(issuer) && isText(origin) && !isLogOf(issuer, origin)) {
      say(`/members/${i}/origin`, 'origin-foreign', { expected: originOf(issuer) });
    }
  }
}

function checkAddress(address: unknown, pointer: string, say: Say): void {
  if (isText(address) && !isSafeAddress(address)) say(pointer, 'address-unsafe', { value: address });
}

function isLogOf(issuer: string, origin: string): boolean {
  const first = originOf(issuer);
  return (
    origin === first ||
    (origin.startsWith(`${first}/`) && /^([2-9]|[1-9]\d{1,5})$/.test(origin.slice(first.length + 1)))
  );
}

/** Every public key, over all members and uses, is of the right kind, bears the right name and occurs once. */
function checkKeys(value: unknown, { hash }: CheckContext, say: Say): void {
  const seen = new Map<string, string>();
  const meet = (raw: string, pointer: string) => {
    const first = seen.get(raw);
    if (first === undefined) seen.set(raw, pointer);
    else say(pointer, 'key-twice', { first });
  };
  const checkJwk = (jwk: unknown, pointer: string) => {
    if (typeof jwk !== 'object' || jwk === null) return;
    const key = toPublicJwk(jwk);
    if (!key || Object.keys(key).length !== Object.keys(jwk).length) say(pointer, 'key-unreadable');
    else meet(key.kty === 'EC' ? key.x + key.y : key.x, pointer); // each is one spelling of its bytes
  };
  const checkVkey = (text: unknown, pointer: string, type: 1 | 4, name: unknown) => {
    if (!isText(text)) return;
    const vkey = parseVkey(hash, text);
    if (!vkey) return say(pointer, 'key-unreadable');
    if (vkey.type !== type) say(pointer, 'key-type', { expected: type });
    if (isText(name) && vkey.name !== name) say(pointer, 'key-name', { expected: name, found: vkey.name });
    meet(vkey.publicKey.x, pointer);
  };
  for (const [member, i] of list(value, 'members')) {
    const { issuer, origin, keys } = parts(member);
    for (const [jwk, k] of list(keys, 'bulletin')) checkJwk(jwk, `/members/${i}/keys/bulletin/${k}`);
    checkVkey(at(keys, 'log'), `/members/${i}/keys/log`, 1, origin);
    checkVkey(at(keys, 'witness'), `/members/${i}/keys/witness`, 4, isText(issuer) ? witnessNameOf(issuer) : undefined);
    checkJwk(at(keys, 'agreement'), `/members/${i}/keys/agreement`);
  }
  for (const [witness, i] of list(value, 'witnesses')) {
    checkVkey(at(witness, 'vkey'), `/witnesses/${i}/vkey`, 4, at(witness, 'name'));
  }
  for (const [auditor, i] of list(value, 'auditors')) checkJwk(at(auditor, 'key'), `/auditors/${i}/key`);
}

function checkCatalogue(value: unknown, say: Say): void {
  const entries = list(value, 'catalogue');
  const ids = list(value, 'members')
    .map(([member]) => at(member, 'id'))
    .filter(isText);
  const purposes = list(value, 'purposes')
    .map(([purpose]) => at(purpose, 'id'))
    .filter(isText);
  const types = entries.map(([entry]) => at(entry, 'type'));
  for (const type of indispensable) if (!types.includes(type)) say('/catalogue', 'type-missing', { type });
  checkDifferent(
    types.map((type, i) => [type, `/catalogue/${i}/type`]),
    say,
  );
  for (const [entry, i] of entries) {
    const { type, flows } = parts(entry);
    const pointer = `/catalogue/${i}/flows`;
    const needsFlow = isText(type) && !withoutFlow.includes(type);
    if (Array.isArray(flows) && needsFlow && flows.length === 0) say(pointer, 'flow-missing', { type });
    if (Array.isArray(flows) && !needsFlow && flows.length > 0) say(pointer, 'flow-unneeded', { type });
    checkFlows(list(entry, 'flows'), pointer, ids, purposes, say);
  }
}

/** Whoever is struck is no member of the version that strikes it. Struck keys may stay listed: the strike wins. */
function checkStrikes(value: unknown, say: Say): void {
  const ids = list(value, 'members').map(([member]) => at(member, 'id'));
  for (const [strike, i] of list(value, 'strikes')) {
    const { kind, member } = parts(strike);
    if (kind === 'member' && ids.includes(member)) say(`/strikes/${i}/member`, 'struck-yet-listed', { value: member });
  }
}

function checkFlows(flows: [unknown, number][], parent: string, ids: string[], purposes: string[], say: Say): void {
  const covered = new Map<string, string>();
  for (const [flow, i] of flows) {
    const pointer = `${parent}/${i}`;
    for (const side of ['from', 'to']) checkSide(list(flow, side), `${pointer}/${side}`, ids, say);
    for (const [purpose, k] of list(flow, 'purposes')) {
      if (isText(purpose) && !purposes.includes(purpose)) {
        say(`${pointer}/purposes/${k}`, 'unknown-purpose', { value: purpose, known: purposes.join(', ') });
      }
    }
    const pairs = pairsOf(flow, ids);
    if (pairs.length === 0) say(pointer, 'flow-to-nobody');
    const twice = pairs.find((pair) => covered.has(pair.join()));
    if (twice) say(pointer, 'flow-twice', { from: twice[0], to: twice[1], first: covered.get(twice.join()) });
    else for (const pair of pairs) covered.set(pair.join(), pointer);
  }
}

function checkSide(side: [unknown, number][], pointer: string, ids: readonly string[], say: Say): void {
  for (const [id, i] of side) {
    if (id === '*' && side.length > 1) say(`${pointer}/${i}`, 'star-not-alone');
    if (isText(id) && id !== '*' && !ids.includes(id)) say(`${pointer}/${i}`, 'unknown-member', { value: id });
  }
}

/** Every sender with every receiver but itself, stars written out. */
function pairsOf(flow: unknown, ids: readonly string[]): [string, string][] {
  const [from = [], to = []] = ['from', 'to'].map((side) => {
    const named = list(flow, side).map(([id]) => id);
    return named.includes('*') ? ids : ids.filter((id) => named.includes(id));
  });
  return from.flatMap((sender) => to.filter((id) => id !== sender).map((id): [string, string] => [sender, id]));
}

function checkSize(value: unknown, say: Say): void {
  const bytes = canonicalBytes(value).length;
  if (bytes > maxAgreementBytes) say('', 'too-large', { bytes, most: maxAgreementBytes });
}

function checkDifferent(named: [unknown, string][], say: Say): void {
  const seen = new Map<unknown, string>();
  for (const [value, pointer] of named) {
    if (!isText(value)) continue;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, pointer);
    else say(pointer, 'twice', { value, first });
  }
}

// What follows reads a value of any form: what is not there or of another kind is undefined or empty.

function at(value: unknown, ...names: string[]): unknown {
  return names.reduce<unknown>((part, name) => parts(part)[name], value);
}

function parts(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // any object has members
}

/** The items of a list, each with its index. */
function list(value: unknown, name: string): [unknown, number][] {
  const items = at(value, name);
  return Array.isArray(items) ? items.map((item: unknown, i) => [item, i]) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function valueAt(value: unknown, pointer: string): unknown {
  return at(value, ...parsePointer(pointer));
}

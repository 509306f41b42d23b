/**
 * Writes test/vectors/bulletin: bulletins that every implementation must take, and bulletins that it must refuse, each
 * with the code. It shares no code with the node, so that a mistake there cannot hide here. ES256 signatures differ
 * from run to run, so files that are there stay as they are; `--force` writes them all anew.
 */

import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import canonicalize from 'canonicalize';

const root = new URL('../', import.meta.url);
const folder = new URL('test/vectors/bulletin/', root);
const bodies = JSON.parse(readFileSync(new URL('bodies.json', folder), 'utf8'));
const force = process.argv.includes('--force');
const specimen = '11010519491231002X'; // the specimen number of GB 11643 itself

const sha256 = (data) => createHash('sha256').update(data).digest();
const base64url = (data) => Buffer.from(data).toString('base64url');
const startOfDay = (day) => (Date.parse(`${day}T00:00:00Z`) - 8 * 3_600_000) / 1000;
const clone = (value) => JSON.parse(JSON.stringify(value));
const event = (type) => `urn:huxin:bulletin:${type}:1`;
const id = (n) => `019d0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

// Keys -----------------------------------------------------------------------------------------------------------

const shanghai = p256('huxin test vectors: 310000 bulletin key 1');
const second = ed25519('huxin test vectors: 310000 bulletin key 2');
const stranger = p256('huxin test vectors: a key of nobody');

function p256(text) {
  const d = sha256(text);
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) };
  const key = createPrivateKey({ key: { ...jwk, d: base64url(d) }, format: 'jwk' });
  return {
    jwk,
    kid: thumbprint(jwk),
    alg: 'ES256',
    sign: (data) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  };
}

function ed25519(text) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), sha256(text)]); // RFC 8410 §7
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { kty, crv, x } = key.export({ format: 'jwk' });
  const jwk = { kty, crv, x };
  return { jwk, kid: thumbprint(jwk), alg: 'EdDSA', sign: (data) => sign(null, data, key) };
}

// RFC 7638: the required members in their order.
function thumbprint({ kty, crv, x, y }) {
  return base64url(sha256(JSON.stringify(y === undefined ? { crv, kty, x } : { crv, kty, x, y })));
}

// What governs ---------------------------------------------------------------------------------------------------

const everyone = { from: ['*'], to: ['*'], purposes: ['supervision'] };
const flows = {
  penalty: [
    { from: ['*'], to: ['310000', '320000', '330000'], purposes: ['supervision'] },
    { from: ['*'], to: ['340000'], purposes: ['supervision'], omit: ['content', 'facts'] },
  ],
  dishonesty: [everyone],
  'serious-list': [everyone],
  permit: [everyone],
  grade: [{ from: ['310000'], to: ['320000', '330000'], purposes: ['supervision'] }],
  commendation: [everyone],
  warning: [everyone],
  correction: [everyone],
  extension: [everyone],
  repair: [everyone],
  revocation: [everyone],
  'objection-decision': [everyone],
  objection: [everyone],
  'measure-feedback': [everyone],
  receipt: [],
  journal: [{ from: ['310000'], to: ['320000', '330000'], purposes: ['supervision'] }],
  adoption: [],
  key: [],
  erasure: [],
  closing: [],
};
const openers = ['penalty', 'dishonesty', 'serious-list', 'permit', 'grade', 'commendation', 'warning'];
const governance = ['adoption', 'key', 'erasure', 'closing'];
const governing = {
  digest: `sha-256:${base64url(sha256('huxin test vectors: agreement version 1'))}`,
  after: 3,
  effective: { from: '2026-01-01', until: '2030-12-31' },
  members: ['310000', '320000', '330000', '340000'],
  catalogue: Object.keys(flows).map((type) => ({ type, schema: schemaDigest(type), flows: flows[type] })),
  keys: [shanghai.jwk, second.jwk],
};

function schemaDigest(type) {
  const schema = JSON.parse(readFileSync(new URL(`schemas/bulletin/${type}.json`, root), 'utf8'));
  return `sha-256:${base64url(sha256(canonicalize(schema)))}`;
}

// One vector -----------------------------------------------------------------------------------------------------

/** The claims of a good bulletin of that type. `part` picks the sample body. */
function claimsOf(type, part = 'plain', audience = ['320000', '330000']) {
  const sample = bodies[type];
  const body = clone(sample[part]);
  const about = sample.uscc && {
    toe: startOfDay(decidedOn(type, body)),
    txn: id(2),
    sub_id: { format: 'uscc', uscc: sample.uscc },
  };
  return {
    iss: 'https://credit.sh.example',
    iat: startOfDay('2026-10-08') + 36_000,
    jti: id(9),
    aud: governance.includes(type) ? ['*'] : type === 'receipt' ? ['320000'] : audience,
    ...about,
    agreement: { digest: governing.digest, after: governing.after },
    events: { [event(type)]: body },
  };
}

function decidedOn(type, body) {
  if (type === 'repair') return body.document?.date ?? body.repairedOn;
  const { revokedOn, gradedOn, warnedOn, decidedOn, raisedOn, takenOn, document, penalty } = body;
  return revokedOn ?? gradedOn ?? warnedOn ?? decidedOn ?? raisedOn ?? takenOn ?? (document ?? penalty.document).date;
}

/** Compact JWS. What is handed in replaces what would be right. */
function jwsOf(
  claims,
  { key = shanghai, header = {}, headerText, payloadText, headerPart, payloadPart, signature } = {},
) {
  const head =
    headerPart ?? base64url(headerText ?? canonicalize({ alg: key.alg, kid: key.kid, typ: 'secevent+jwt', ...header }));
  const payload = payloadPart ?? base64url(payloadText ?? canonicalize(claims));
  const input = `${head}.${payload}`;
  return `${input}.${signature ?? base64url(key.sign(Buffer.from(input)))}`;
}

const written = new Set();

/** Writes one file. `expect` is the code, or undefined for a bulletin that must be taken. */
function vector(
  type,
  name,
  description,
  { claims = claimsOf(type), jws, audience, index = 7, law = {}, seen = [], expect },
) {
  const path = `${type}/${expect ? 'invalid' : 'valid'}/${name}.json`;
  written.add(path);
  const file = new URL(path, folder);
  if (existsSync(file) && !force) return;
  const text = typeof jws === 'string' ? jws : jwsOf(claims, jws);
  const salt = sha256(`huxin test vectors: salt of ${path}`);
  const commitment = sha256(Buffer.concat([Buffer.from('huxin-commit/v1\n'), salt, Buffer.from(text)]));
  const leaf = `huxin-leaf/v1\n${commitment.toString('base64')}\n${(audience ?? claims.aud).join(',')}\n`;
  const content = {
    description,
    owner: { id: '310000', issuer: 'https://credit.sh.example' },
    index,
    leaf,
    salt: salt.toString('base64'),
    jws: text,
    seen,
    governing: { ...governing, ...law },
    expect: expect ? { code: expect } : { taken: true },
  };
  mkdirSync(new URL('./', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** A good bulletin with one thing changed by `change(claims, body)`. */
function changed(type, name, expect, description, change, options = {}) {
  const claims = claimsOf(type, options.part, options.to);
  const audience = options.audience ?? [...claims.aud];
  change(claims, claims.events[event(type)]);
  vector(type, name, description, { ...options, claims, audience, expect });
}

// Good ones ------------------------------------------------------------------------------------------------------

const good = (type, name, description, change = () => {}, options = {}) =>
  changed(type, name, undefined, description, change, { audience: undefined, ...options });

for (const type of Object.keys(flows)) {
  if (type === 'adoption') continue;
  good(type, 'least', 'Only what the schema requires.');
  good(type, 'full', 'Every member that the schema knows.', undefined, { part: 'full' });
}
vector('adoption', 'entry-0', 'The first entry of a log has no governance entry below it.', {
  claims: { ...claimsOf('adoption'), agreement: { digest: governing.digest } },
  index: 0,
  law: { after: undefined },
});
vector('adoption', 'later', 'A later adoption names the governance entry below it.', {});

good('penalty', 'eddsa', 'Signed with an Ed25519 key; alg is EdDSA.', undefined, { jws: { key: second } });
good('penalty', 'to-all', 'What the flow to 340000 omits is absent.', undefined, {
  to: ['320000', '330000', '340000'],
});
good(
  'penalty',
  'addressee-no-member',
  'An id that is no member of the governing version addresses nobody.',
  undefined,
  {
    to: ['320000', '370000'],
  },
);
good('penalty', 'line-feed', 'U+000A is the one control character that a string may hold.', (_, body) => {
  body.violation = '第一行\n第二行';
});
good(
  'penalty',
  'beyond-the-bmp',
  'A character of two UTF-16 units; member names stay in RFC 8785 order.',
  (_, body) => {
    body.violation = '𠮷 🏛';
  },
);
good('penalty', 'longest-text', 'maxLength counts code points: 4,096 of them, each two UTF-16 units.', (_, body) => {
  body.facts = '𠮷'.repeat(4096);
});
good(
  'penalty',
  'number-like-an-identity-number',
  'A document number is never taken for an identity number.',
  (_, body) => {
    body.document.number = specimen;
  },
);
good(
  'penalty',
  'no-identity-number',
  'Wrong check character, no real day, no province, part of a longer run.',
  (_, body) => {
    body.remarks = `110105194912310021；110105194902310028；990105194912310021；91310000XX0001003H；1${specimen}`;
  },
);
good('penalty', 'first-day', 'iat on the first day of the effective period, as days run in China.', (claims) => {
  claims.iat = startOfDay('2026-01-01');
});
good('penalty', 'last-day', 'iat in the last second of the effective period.', (claims) => {
  claims.iat = startOfDay('2031-01-01') - 1;
});
good('penalty', 'other-seen', 'Another jti was opened before.', undefined, { seen: [id(8)] });
good(
  'penalty',
  'uscc-legacy-exception',
  'Early codes of Fujian carry another last character and are lawful.',
  (claims) => {
    claims.sub_id.uscc = '91350211M000XX0199';
  },
);
good('grade', 'local-scheme', 'A scheme of a province’s own has grades of its own.', (_, body) => {
  Object.assign(body, { scheme: 'local:示例市商标代理信用评价', grade: '五星' });
});
for (const type of openers.filter((name) => name !== 'penalty')) {
  good('correction', `of-${type}`, `The corrected body of a ${type}.`, (_, body) => {
    delete body.penalty;
    body[type] = clone(bodies[type].full);
  });
}
good('erasure', 'most-indexes', '5,000 of them; that they ascend is the issuer’s duty and no verdict.', (_, body) => {
  body.indexes = Array.from({ length: 5000 }, (_, i) => 5000 - i);
});
for (const type of [
  ...['correction', 'extension', 'repair', 'revocation', 'objection-decision'],
  ...['receipt', ...governance],
]) {
  good(type, 'after-the-period', 'Outside the effective period this type remains valid.', (claims) => {
    claims.iat = startOfDay('2031-01-01');
  });
}

// The profile of the bytes ---------------------------------------------------------------------------------------

const malformed = (name, description, jws, options = {}) =>
  vector('penalty', name, description, { ...options, jws, expect: 'bulletin/malformed' });
const malformedClaims = (name, description, change, options) =>
  changed('penalty', name, 'bulletin/malformed', description, change, options);
const payloadText = (text) => ({ payloadText: text });

const plain = claimsOf('penalty');
const plainText = canonicalize(plain);
const plainJws = jwsOf(plain);
const [plainHeader, plainPayload, plainSignature] = plainJws.split('.');
const headerOf = (more) => ({ alg: 'ES256', kid: shanghai.kid, typ: 'secevent+jwt', ...more });

malformed(
  'trailing-bits-in-signature',
  'Bits of the last character that belong to no byte.',
  `${plainHeader}.${plainPayload}.${withTrailingBits(plainSignature)}`,
);
malformed('trailing-bits-in-payload', 'Bits of the last character that belong to no byte, under a good signature.', {
  payloadPart: withTrailingBits(base64url(textWithTail())),
});
malformed('four-parts', 'A fourth part.', `${plainJws}.AAAA`);
malformed('two-parts', 'No signature part.', `${plainHeader}.${plainPayload}`);
malformed('empty-signature', 'An empty third part.', `${plainHeader}.${plainPayload}.`);
malformed('padding', 'base64url with padding.', `${plainHeader}.${plainPayload}.${plainSignature}==`);
malformed('standard-base64', 'The alphabet of RFC 4648 §4.', `${plainHeader}.${plainPayload}.${'+/'.repeat(43)}`);
malformed('line-break', 'A line feed at the end.', `${plainJws}\n`);
malformed(
  'short-signature',
  '63 bytes of signature.',
  `${plainHeader}.${plainPayload}.${base64url(Buffer.alloc(63, 1))}`,
);
malformed('header-extra-member', 'A header member beside alg, kid and typ.', { header: { cty: 'json' } });
malformed('header-jwk', 'A key inside the header.', { header: { jwk: shanghai.jwk } });
malformed('header-crit', 'crit is no member of the profile.', { header: { b64: true, crit: ['b64'] } });
malformed('header-without-kid', 'No kid.', { headerText: '{"alg":"ES256","typ":"secevent+jwt"}' });
malformed('header-not-canonical', 'Header members in another order.', {
  headerText: `{"typ":"secevent+jwt","alg":"ES256","kid":"${shanghai.kid}"}`,
});
malformed('header-duplicate-member', 'typ twice.', {
  headerText: `{"alg":"ES256","kid":"${shanghai.kid}","typ":"secevent+jwt","typ":"secevent+jwt"}`,
});
malformed('header-array', 'The header is no object.', { headerText: JSON.stringify([headerOf()]) });
malformed('wrong-typ', 'typ of another document of the exchange.', { header: { typ: 'peer-request+jwt' } });
malformed('typ-in-capitals', 'typ is compared byte for byte.', { header: { typ: 'SECEVENT+JWT' } });
malformed('typ-with-prefix', 'The long form of the media type.', { header: { typ: 'application/secevent+jwt' } });
malformed('alg-none', 'Unsecured.', { header: { alg: 'none' } });
malformed('alg-hs256', 'A MAC.', { header: { alg: 'HS256' } });
malformed('alg-ed25519', 'The name of RFC 9864 is not taken.', { key: second, header: { alg: 'Ed25519' } });
malformed('kid-no-thumbprint', 'kid is no RFC 7638 thumbprint.', { header: { kid: 'key-1' } });
malformed('payload-not-canonical', 'A space after a colon.', payloadText(plainText.replace('"iat":', '"iat": ')));
malformed('payload-order', 'Members in another order.', payloadText(JSON.stringify(plain)));
malformed(
  'payload-escaped',
  'A character escaped that RFC 8785 writes as itself.',
  payloadText(plainText.replace('假', '\\u5047')),
);
malformed('duplicate-member', 'iat twice, both the same.', payloadText(plainText.replace(/"iat":\d+/, '$&,$&')));
malformed('float-number', 'iat with a fraction.', payloadText(plainText.replace(/"iat":\d+/, '$&.5')));
malformed('float-integer', 'An integer written with a fraction.', payloadText(plainText.replace(/"iat":\d+/, '$&.0')));
malformed('large-number', '2^53.', payloadText(plainText.replace(/"iat":\d+/, '"iat":9007199254740992')));
malformed(
  'not-utf-8',
  'A byte that is no UTF-8.',
  payloadText(Buffer.concat([Buffer.from(plainText.slice(0, -1)), Buffer.from([0xff, 0x7d])])),
);
malformed('byte-order-mark', 'A byte order mark before the payload.', payloadText(`\ufeff${plainText}`));
malformed(
  'half-a-surrogate-pair',
  'Text that is no Unicode has no RFC 8785 form.',
  payloadText(plainText.replace('假冒', '\\ud800')),
);
malformed('payload-array', 'The payload is no object.', payloadText(`[${plainText}]`));
malformed(
  'deep',
  'More than 32 levels.',
  payloadText(plainText.replace('"假冒专利"', `${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
);
malformedClaims('control-character', 'A tab in a string.', (_, body) => {
  body.violation = '假冒\t专利';
});
malformedClaims('control-character-in-name', 'U+0000 in the name of a member.', (_, body) => {
  body['a\u0000'] = 1;
});
malformedClaims('extra-claim', 'A claim that the table does not list.', (claims) => {
  claims.exp = claims.iat + 60;
});
malformedClaims('iat-beyond-the-calendar', 'A second after the year 9999.', (claims) => {
  claims.iat = 253_402_272_000;
});
malformedClaims('toe-beyond-the-calendar', 'The greatest integer of JSON is no day.', (claims) => {
  claims.toe = Number.MAX_SAFE_INTEGER;
});
malformedClaims('no-jti', 'A claim is missing.', (claims) => {
  delete claims.jti;
});
malformedClaims('jti-in-capitals', 'A UUID is written in lower case.', (claims) => {
  claims.jti = '019D0000-0000-7000-8000-00000000000A';
});
malformedClaims('jti-version-4', 'A UUID of version 4.', (claims) => {
  claims.jti = '019d0000-0000-4000-8000-000000000009';
});
malformedClaims('aud-text', 'aud is always an array.', (claims) => {
  claims.aud = '320000';
});
malformedClaims('aud-empty', 'Nobody is addressed.', (claims) => {
  claims.aud = [];
});
malformedClaims('aud-not-ascending', 'Member ids in ascending order.', (claims) => {
  claims.aud.reverse();
});
malformedClaims('aud-twice', 'One member twice.', (claims) => {
  claims.aud = ['320000', '320000', '330000'];
});
malformedClaims('aud-star-and-member', 'The star stands alone.', (claims) => {
  claims.aud = ['*', '320000'];
});
malformedClaims('two-events', 'events has one member.', (claims) => {
  claims.events[event('repair')] = bodies.repair.plain;
});
malformedClaims('no-event', 'events has one member.', (claims) => {
  claims.events = {};
});
malformedClaims('sub-id-of-another-format', 'sub_id has the format uscc.', (claims) => {
  claims.sub_id = { format: 'opaque', id: bodies.penalty.uscc };
});
malformedClaims('sub-id-extra-member', 'sub_id has two members.', (claims) => {
  claims.sub_id.name = '示例';
});
malformedClaims('agreement-extra-member', 'agreement has digest and after.', (claims) => {
  claims.agreement.version = 1;
});
changed('penalty', 'over-256-kib', 'bulletin/too-large', 'One byte over 256 KiB, otherwise of good form.', () => {}, {
  jws: tooLarge(),
});

function withTrailingBits(part) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (part.length % 4 === 0) throw new Error('this part has no spare bits');
  return part.slice(0, -1) + letters[letters.indexOf(part.at(-1)) + 1];
}

/** A good payload whose base64url ends in a character with spare bits. */
function textWithTail() {
  for (const more of ['', 'a', 'aa']) {
    const text = plainText.replace('假冒专利', `假冒专利${more}`);
    if (Buffer.byteLength(text) % 3 !== 0) return text;
  }
  throw new Error('unreachable');
}

function tooLarge() {
  const spare = 256 * 1024 + 1 - plainJws.length;
  for (let n = Math.floor((spare * 3) / 4) - 4; ; n++) {
    const jws = jwsOf(plain, payloadText(plainText.replace('假冒专利', `假冒专利${'a'.repeat(n)}`)));
    if (jws.length > 256 * 1024) return jws;
  }
}

// Keys and signatures --------------------------------------------------------------------------------------------

const bad = (name, code, description, jws) => vector('penalty', name, description, { jws, expect: code });

bad('unknown-kid', 'bulletin/unknown-key', 'Signed by a key that is not in force.', { key: stranger });
bad('kid-of-another', 'bulletin/bad-signature', 'The kid is in force, the signature is not of its key.', {
  key: stranger,
  header: { kid: shanghai.kid },
});
bad('alg-not-of-the-key', 'bulletin/bad-signature', 'alg follows from the key, which is P-256.', {
  header: { alg: 'EdDSA' },
});
bad(
  'flipped-signature-bit',
  'bulletin/bad-signature',
  'One bit of the signature is another.',
  `${plainHeader}.${plainPayload}.${flipped(plainSignature)}`,
);
bad(
  'payload-of-another',
  'bulletin/bad-signature',
  'The signature belongs to another payload.',
  `${plainHeader}.${base64url(canonicalize({ ...plain, jti: id(10) }))}.${plainSignature}`,
);
bad(
  'signature-of-zeros',
  'bulletin/bad-signature',
  'r and s are zero.',
  `${plainHeader}.${plainPayload}.${base64url(Buffer.alloc(64))}`,
);

function flipped(part) {
  const bytes = Buffer.from(part, 'base64url');
  bytes[40] ^= 1;
  return base64url(bytes);
}

// What it says ---------------------------------------------------------------------------------------------------

changed('penalty', 'foreign-iss', 'bulletin/foreign', 'iss is another member than the owner of the log.', (claims) => {
  claims.iss = 'https://credit.js.example';
});
changed('penalty', 'iss-with-slash', 'bulletin/foreign', 'iss is compared byte for byte.', (claims) => {
  claims.iss = 'https://credit.sh.example/';
});
changed('penalty', 'unknown-type', 'bulletin/unknown-type', 'A type that nobody knows.', (claims) => {
  claims.events = { 'urn:huxin:bulletin:rumour:1': {} };
});
changed(
  'penalty',
  'unknown-type-version',
  'bulletin/unknown-type',
  'A schema version that nobody knows.',
  (claims, body) => {
    claims.events = { 'urn:huxin:bulletin:penalty:2': body };
  },
);
changed(
  'commendation',
  'type-not-in-the-agreement',
  'bulletin/unknown-type',
  'The governing version does not list the type.',
  () => {},
  {
    law: { catalogue: governing.catalogue.filter(({ type }) => type !== 'commendation') },
  },
);
changed(
  'penalty',
  'duplicate-jti',
  'bulletin/duplicate',
  'A lower entry that the receiver opened has the jti.',
  () => {},
  { seen: [id(8), id(9)] },
);
changed('penalty', 'aud-wider-than-leaf', 'bulletin/audience-mismatch', 'The leaf names fewer.', () => {}, {
  audience: ['320000'],
});
changed('penalty', 'aud-narrower-than-leaf', 'bulletin/audience-mismatch', 'The leaf names more.', () => {}, {
  audience: ['320000', '330000', '340000'],
});
changed('penalty', 'iss-in-aud', 'bulletin/audience-mismatch', 'The issuer addresses itself.', (claims) => {
  claims.aud = ['310000', '320000', '330000'];
});
changed(
  'penalty',
  'aud-star',
  'bulletin/audience-mismatch',
  'Only governance is addressed to all by a star.',
  (claims) => {
    claims.aud = ['*'];
  },
  { audience: ['*'] },
);
for (const type of governance) {
  changed(
    type,
    'aud-members',
    'bulletin/audience-mismatch',
    'Governance is addressed to all by a star.',
    (claims) => {
      claims.aud = ['320000', '330000', '340000'];
    },
    { audience: ['320000', '330000', '340000'] },
  );
}
changed(
  'journal',
  'aud-star',
  'bulletin/audience-mismatch',
  'Only governance is addressed to all by a star.',
  (claims) => {
    claims.aud = ['*'];
  },
  { audience: ['*'] },
);
changed(
  'receipt',
  'aud-two',
  'bulletin/audience-mismatch',
  'A receipt is addressed to the issuer alone.',
  (claims) => {
    claims.aud = ['320000', '330000'];
  },
  { audience: ['320000', '330000'] },
);
changed('penalty', 'wrong-digest', 'bulletin/wrong-agreement', 'Another version of the agreement.', (claims) => {
  claims.agreement.digest = `sha-256:${base64url(sha256('huxin test vectors: agreement version 2'))}`;
});
changed('penalty', 'wrong-after', 'bulletin/wrong-agreement', 'Not the nearest governance entry below.', (claims) => {
  claims.agreement.after = 0;
});
changed('penalty', 'no-after', 'bulletin/wrong-agreement', 'after is absent in entry 0 only.', (claims) => {
  delete claims.agreement.after;
});
changed('adoption', 'after-in-entry-0', 'bulletin/wrong-agreement', 'Entry 0 has nothing below it.', () => {}, {
  index: 0,
  law: { after: undefined },
});
for (const [name, day] of [
  ['before-the-period', '2025-12-31'],
  ['after-the-period', '2031-01-01'],
]) {
  for (const type of [...openers, 'objection', 'measure-feedback', 'journal']) {
    const description = 'Outside the effective period no record is opened or marked, and no journal kept.';
    changed(type, name, 'agreement/not-in-force', description, (claims) => {
      claims.iat = startOfDay(day) + (day === '2025-12-31' ? 86_399 : 0);
    });
  }
}
for (const [type, description] of [
  ['grade', 'Nobody sends grades to 340000.'],
  ['journal', 'A journal needs a flow like any other.'],
]) {
  changed(type, 'flow-not-allowed', 'agreement/flow-not-allowed', description, () => {}, { to: ['320000', '340000'] });
}
changed(
  'penalty',
  'omitted-member-present',
  'agreement/flow-not-allowed',
  'The flow to 340000 omits facts and content.',
  () => {},
  {
    part: 'full',
    to: ['320000', '340000'],
  },
);

// Schemas --------------------------------------------------------------------------------------------------------

const schema = (type, name, description, change, options) =>
  changed(type, name, 'bulletin/schema', description, change, options);
const firstRequired = {
  penalty: 'violation',
  dishonesty: 'conduct',
  'serious-list': 'ground',
  permit: 'content',
  grade: 'gradedOn',
  commendation: 'honour',
  warning: 'matter',
  correction: 'replaces',
  extension: 'until',
  repair: 'repairedOn',
  revocation: 'ground',
  'objection-decision': 'outcome',
  objection: 'record',
  'measure-feedback': 'measures',
  receipt: 'settled',
  journal: 'head',
  adoption: 'agreement',
  key: 'keys',
  erasure: 'ground',
  closing: 'ground',
};
for (const [type, member] of Object.entries(firstRequired)) {
  schema(type, 'missing-member', `Without ${member}.`, (_, body) => {
    delete body[member];
  });
  schema(type, 'extra-member', 'A member that the schema does not know.', (_, body) => {
    body.note = 'x';
  });
}
for (const claim of ['toe', 'txn', 'sub_id']) {
  schema('penalty', `no-${claim}`, `A bulletin about a record has ${claim}.`, (claims) => {
    delete claims[claim];
  });
  for (const type of ['receipt', 'journal', 'key', 'erasure', 'closing']) {
    schema(type, `with-${claim}`, `A bulletin about no record has no ${claim}.`, (claims) => {
      claims[claim] = claimsOf('penalty')[claim];
    });
  }
  for (const type of ['objection', 'extension']) {
    schema(type, `no-${claim}`, `A bulletin about a record has ${claim}.`, (claims) => {
      delete claims[claim];
    });
  }
}
schema('penalty', 'representative', 'No schema has a field for a representative.', (_, body) => {
  body.subject.representative = '某人';
});
schema('penalty', 'unknown-category', 'A category that is not listed.', (_, body) => {
  body.categories = ['罚款'];
});
schema('penalty', 'no-category', 'At least one category.', (_, body) => {
  body.categories = [];
});
schema('penalty', 'category-twice', 'Each category once.', (_, body) => {
  body.categories = ['fine', 'fine'];
});
schema('penalty', 'amount-as-number', 'Amounts are decimal text.', (_, body) => {
  body.fine = 2;
});
schema('penalty', 'amount-with-zeros-before', 'Exact decimal text without zeros before.', (_, body) => {
  body.fine = '00.2';
});
schema(
  'penalty',
  'amount-with-line-feed',
  'The end of a pattern is the end of the text, a line feed before it is not.',
  (_, body) => {
    body.fine = '0.2\n';
  },
);
schema('penalty', 'no-real-day', 'The day is not in the calendar.', (_, body) => {
  body.document.date = '2026-02-29';
});
schema('penalty', 'day-with-slashes', 'Days are YYYY-MM-DD.', (_, body) => {
  body.validUntil = '2027/03/02';
});
schema('penalty', 'text-too-long', '4,097 characters.', (_, body) => {
  body.facts = '字'.repeat(4097);
});
schema('penalty', 'empty-text', 'What is empty is absent.', (_, body) => {
  body.remarks = '';
});
schema('penalty', 'authority-uscc-of-17', 'A USCC has 18 characters.', (_, body) => {
  body.document.authority.uscc = body.document.authority.uscc.slice(0, 17);
});
schema('dishonesty', 'form-of-another-conduct', 'Forms are of IP-01 only.', (_, body) => {
  Object.assign(body, { conduct: 'IP-02', form: '3' });
});
schema('grade', 'grade-not-in-the-scheme', 'The national schemes have A+ to D.', (_, body) => {
  body.grade = 'E';
});
schema('grade', 'unknown-scheme', 'Neither a national scheme nor local.', (_, body) => {
  body.scheme = 'CNIPA-9999';
});
schema('correction', 'two-bodies', 'Exactly one corrected body.', (_, body) => {
  body.grade = bodies.grade.plain;
});
schema('correction', 'no-body', 'Exactly one corrected body.', (_, body) => {
  delete body.penalty;
});
schema('correction', 'body-against-its-schema', 'The corrected body obeys the schema of its type.', (_, body) => {
  delete body.penalty.violation;
});
schema('revocation', 'unknown-ground', 'A ground that is not listed.', (_, body) => {
  body.ground = 'regret';
});
schema('serious-list', 'unknown-ground', 'A ground that is not listed.', (_, body) => {
  body.ground = 'IP-01';
});
schema('permit', 'unknown-category', 'A category is a code of ours, never a vendor’s number.', (_, body) => {
  body.category = '01';
});
schema('permit', 'representative', 'No schema has a field for a representative.', (_, body) => {
  body.subject.representative = '某人';
});
schema('permit', 'no-real-day', 'The day is not in the calendar.', (_, body) => {
  body.validFrom = '2026-04-31';
});
schema('warning', 'unknown-level', 'A level that is not listed.', (_, body) => {
  body.level = 'red';
});
schema('warning', 'matter-too-long', '513 characters.', (_, body) => {
  body.matter = '字'.repeat(513);
});
schema('extension', 'because-no-record', 'A record is named by its member and its id.', (_, body) => {
  body.because = id(3);
});
schema('repair', 'unknown-condition', 'A condition that is not listed.', (_, body) => {
  body.conditions = ['corrected', 'sorry'];
});
schema('repair', 'condition-twice', 'Each condition once.', (_, body) => {
  body.conditions = ['corrected', 'corrected'];
});
schema('objection', 'record-without-member', 'A record is named by its member and its id.', (_, body) => {
  body.record = id(2);
});
schema('objection', 'objector', 'No schema has a field for a natural person who objects.', (_, body) => {
  body.raisedBy = '某人';
});
schema('objection-decision', 'unknown-outcome', 'An outcome that is not listed.', (_, body) => {
  body.outcome = 'upheld';
});
schema('objection-decision', 'objection-no-jti', 'An objection is named by its jti.', (_, body) => {
  body.objection = `310000.${id(5)}`;
});
schema('measure-feedback', 'no-measure', 'At least one measure.', (_, body) => {
  body.measures = [];
});
schema('measure-feedback', 'unknown-measure', 'A measure that is not listed.', (_, body) => {
  body.measures = ['M8'];
});
schema('journal', 'head-not-32-bytes', 'A head has 32 bytes.', (_, body) => {
  body.head = 'AAAA';
});
schema('journal', 'no-questions', 'There is a last question, so at least one.', (_, body) => {
  body.size = 0;
});
schema('erasure', 'no-index', 'At least one index.', (_, body) => {
  body.indexes = [];
});
schema('erasure', 'entry-0', 'Entry 0 is governance, which is never erased.', (_, body) => {
  body.indexes = [0, 12];
});
schema('erasure', 'index-twice', 'Each index once.', (_, body) => {
  body.indexes = [12, 12];
});
schema('erasure', 'too-many-indexes', '5,001 indexes.', (_, body) => {
  body.indexes = Array.from({ length: 5001 }, (_, i) => i + 1);
});
schema('erasure', 'unknown-ground', 'A ground that is not listed.', (_, body) => {
  body.ground = 'regret';
});
schema('key', 'no-key', 'At least one key.', (_, body) => {
  body.keys = [];
});
schema('key', 'key-twice', 'Each key once.', (_, body) => {
  body.keys = [body.keys[0], body.keys[0]];
});
schema('key', 'private-member', 'Nothing private.', (_, body) => {
  body.keys[0].d = body.keys[0].x;
});
schema('key', 'other-curve', 'P-256 or Ed25519.', (_, body) => {
  body.keys[0].crv = 'P-384';
});
schema('closing', 'unknown-ground', 'A ground that is not listed.', (_, body) => {
  body.ground = 'regret';
});
schema('receipt', 'root-not-32-bytes', 'A root has 32 bytes.', (_, body) => {
  body.root = 'AAAA';
});
schema('receipt', 'code-no-code', 'A code is noun/what-is-wrong.', (_, body) => {
  body.refused = [{ index: 13, code: 'Bad signature' }];
});
schema('adoption', 'unprotected-header', 'No unprotected header.', (_, body) => {
  body.agreement.signatures[0].header = {};
});

// Subjects -------------------------------------------------------------------------------------------------------

const { uscc } = bodies.penalty;
for (const [name, description, text] of [
  [
    'uscc-check-character',
    'The last check character is wrong (GB 32100).',
    `${uscc.slice(0, 17)}${uscc.endsWith('0') ? '1' : '0'}`,
  ],
  [
    'uscc-inner-check-character',
    'The last check character is right, that of the organisation code (GB 11714) is not.',
    '123456789012345678',
  ],
  ['uscc-in-lower-case', 'Lower case is no USCC.', uscc.toLowerCase()],
  ['uscc-of-17', '17 characters.', uscc.slice(0, 17)],
  ['uscc-with-letter-i', 'I, O, S, V and Z are not in the alphabet.', uscc.replace('XX', 'XI')],
]) {
  changed('penalty', name, 'subject/invalid-uscc', description, (claims) => {
    claims.sub_id.uscc = text;
  });
}
const fullWidth = [...specimen].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
for (const [type, name, description, change] of [
  [
    'penalty',
    'identity-number',
    'The specimen number of GB 11643 in the facts.',
    (body) => (body.facts = `当事人身份证号${specimen}。`),
  ],
  ['penalty', 'identity-number-lower-case', 'A lower-case x.', (body) => (body.facts = specimen.toLowerCase())],
  [
    'penalty',
    'identity-number-with-spaces',
    'Spaces between the digits.',
    (body) => (body.facts = '证号 110105 1949 1231 002X'),
  ],
  [
    'penalty',
    'identity-number-with-hyphens',
    'Hyphens between the digits.',
    (body) => (body.remarks = '110105-19491231-002X'),
  ],
  [
    'penalty',
    'identity-number-full-width',
    'Full-width digits, equal under NFKC.',
    (body) => (body.content = fullWidth),
  ],
  [
    'penalty',
    'identity-number-ideographic-spaces',
    'Ideographic spaces.',
    (body) => (body.basis = '110105\u300019491231\u3000002X'),
  ],
  [
    'penalty',
    'identity-number-as-tax-number',
    'The tax number of a sole trader was its owner’s identity number.',
    (body) => (body.subject.taxNumber = specimen),
  ],
  [
    'penalty',
    'identity-number-in-name',
    'In the name of the subject.',
    (body) => (body.subject.name = `某人（${specimen}）`),
  ],
  ['dishonesty', 'identity-number', 'In the facts.', (body) => (body.facts = specimen)],
  [
    'grade',
    'identity-number',
    'In the name of a local scheme.',
    (body) => Object.assign(body, { scheme: `local:${specimen}`, grade: '甲' }),
  ],
  ['commendation', 'identity-number', 'In the name of the honour.', (body) => (body.honour = specimen)],
  ['correction', 'identity-number', 'In the corrected body.', (body) => (body.penalty.facts = specimen)],
  ['correction', 'identity-number-in-reason', 'In the reason.', (body) => (body.reason = specimen)],
  ['repair', 'identity-number', 'In the reason.', (body) => (body.reason = specimen)],
  ['revocation', 'identity-number', 'In the reason.', (body) => (body.reason = specimen)],
  ['serious-list', 'identity-number', 'In the facts.', (body) => (body.facts = specimen)],
  ['permit', 'identity-number', 'In what is permitted.', (body) => (body.content = specimen)],
  [
    'permit',
    'identity-number-as-licence-number',
    'A licence number can be its owner’s identity number.',
    (body) => (body.licenceNumber = specimen),
  ],
  ['warning', 'identity-number', 'In the matter.', (body) => (body.matter = specimen)],
  ['warning', 'identity-number-in-advice', 'In the advice.', (body) => (body.advice = specimen)],
  ['extension', 'identity-number', 'In the reason.', (body) => (body.reason = specimen)],
  ['objection', 'identity-number', 'In the reason.', (body) => (body.reason = `本人${specimen}，不服。`)],
  ['objection', 'identity-number-in-request', 'In what is asked for.', (body) => (body.requested = specimen)],
  ['objection-decision', 'identity-number', 'In the reason.', (body) => (body.reason = specimen)],
  ['measure-feedback', 'identity-number', 'In the result.', (body) => (body.result = specimen)],
  [
    'correction',
    'identity-number-in-corrected-listing',
    'In the corrected body of another type, whose name has a hyphen.',
    (body) => {
      delete body.penalty;
      body['serious-list'] = { ...clone(bodies['serious-list'].plain), facts: specimen };
    },
  ],
]) {
  changed(type, name, 'subject/natural-person', description, (_, body) => change(body));
}

// A case that was renamed or struck leaves no file behind.
for (const path of readdirSync(folder, { recursive: true })) {
  if (!path.endsWith('.json') || path === 'bodies.json' || written.has(path.replaceAll('\\', '/'))) continue;
  rmSync(new URL(path, folder));
}
process.stdout.write(`${written.size} vectors\n`);

/**
 * Evidence that lies, each in one way: what a forger may do to a right file, and what a member or a thief of a key may write
 * into a log. Every case says how a verifier ends and what it names. Another implementation must say the same.
 */

import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import { canonicalText } from '../../node/base/canonical.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { Claim, ClaimKind, Part } from '../../node/evidence/evidence.ts';
import { sampleAgreement, signedAgreement, signerOf } from './agreement.ts';
import { sampleBody, sampleSigner } from './bulletins.ts';
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
import { frontierOf, jtiAt, rangeOf, sampleFiles, writeSampleLogs } from './sample-evidence.ts';

export interface Forgery {
  name: string;
  text: string;
  agreement: unknown;
  quorum?: number;
  at?: string;
  exit: 0 | 1 | 2;
  /** Grave codes, the first found. */
  code: string;
}

type Lie = Omit<Forgery, 'agreement' | 'text'> & { agreement?: unknown; text: string };

/** Every line of every right file dropped, doubled, and exchanged with the one above. */
export async function lineForgeries(): Promise<Omit<Forgery, 'exit' | 'code'>[]> {
  const { agreement, files } = await sampleFiles();
  return Object.entries(files).flatMap(([kind, text]) => {
    const lines = text.split('\n').slice(0, -1);
    const join = (changed: string[]) => `${changed.join('\n')}\n`;
    return lines.flatMap((line, i) => [
      { name: `${kind}: line ${i + 1} dropped`, agreement, text: join(lines.toSpliced(i, 1)) },
      { name: `${kind}: line ${i + 1} doubled`, agreement, text: join(lines.toSpliced(i, 0, line)) },
      ...(i > 0
        ? [
            {
              name: `${kind}: line ${i + 1} before ${i}`,
              agreement,
              text: join(lines.toSpliced(i - 1, 2, line, lines[i - 1] as string)),
            },
          ]
        : []),
    ]);
  });
}

/** A right file of a kind with one of its bytes changed to that, at each `step`th place from `start` on. */
export function flipByte(text: string, at: number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
}

/** Sections and members of two right files of one kind exchanged. */
export async function exchangedForgeries(): Promise<Omit<Forgery, 'exit' | 'code'>[]> {
  const { agreement, files } = await sampleFiles();
  const other = await sampleFiles(await writeSampleLogs(agreement)); // other records and salts under the same agreement;
  return (Object.keys(files) as ClaimKind[]).flatMap((kind) => {
    const [first, second] = [JSON.parse(files[kind]), JSON.parse(other.files[kind])] as Record<string, unknown>[];
    return pathsOf(first).flatMap((path) => {
      const [mine, theirs] = [read(first, path), read(second, path)];
      if (theirs === undefined || JSON.stringify(mine) === JSON.stringify(theirs)) return [];
      const changed = structuredClone(first) as Record<string, unknown>;
      write(changed, path, theirs);
      const text = layOut(changed);
      if (text === other.files[kind]) return []; // all of the other file
      if (kind === 'fork' && path[1] === 'notes') return []; // another true fork: that note contradicts these, too
      return [{ name: `${kind}: ${path.join('/')} of another file`, agreement, text }];
    });
  });
}

/** What can be written with keys in hand, and what an auditor may bring that does not fit. */
export async function writtenForgeries(): Promise<Forgery[]> {
  const signed = await signedAgreement();
  const { files } = await sampleFiles();
  const right = files.bulletin;
  const lies: Lie[] = [
    { name: 'carriage returns', text: right.replaceAll('\n', '\r\n'), exit: 2, code: 'evidence/malformed' },
    { name: 'byte-order mark', text: `\ufeff${right}`, exit: 2, code: 'evidence/malformed' },
    { name: 'nothing', text: '', exit: 2, code: 'evidence/malformed' },
    { name: 'cut off', text: right.slice(0, right.length / 2), exit: 2, code: 'evidence/malformed' },
    {
      name: 'another version',
      text: right.replace('version=1', 'version=2'),
      exit: 2,
      code: 'evidence/unknown-version',
    },
    { name: 'a larger quorum asked for', text: right, quorum: 4, exit: 1, code: 'evidence/no-quorum' },
    { name: 'a day before it was witnessed', text: right, at: '2026-10-08', exit: 1, code: 'evidence/too-late' },
    { name: 'a day before the agreement', text: right, at: '2020-01-01', exit: 1, code: 'agreement/not-in-force' },
    { name: 'the auditor brings no agreement', text: right, agreement: {}, exit: 2, code: 'agreement/invalid' },
    { name: 'the auditor brings an empty list', text: right, agreement: [], exit: 2, code: 'agreement/invalid' },
    ...(await agreementLies(signed, right)),
    ...(await bulletinLies(signed)),
    ...(await receiptLies(signed)),
    ...(await noteLies(signed)),
    ...(await completenessLies(signed)),
    ...(await forkLies(signed)),
  ];
  return lies.map((lie) => ({ agreement: signed, ...lie }));
}

async function agreementLies(signed: GeneralJws, right: string): Promise<Lie[]> {
  const otherId = await signedAgreement(
    sampleAgreement((given) => void Object.assign(given, { id: `${given.id}-other` })),
  );
  const otherFirst = await signedAgreement(
    sampleAgreement((given) => void Object.assign(given.exchange, { dailyVolume: given.exchange.dailyVolume + 1 })),
  );
  const spoiled = structuredClone(signed);
  const one = spoiled.signatures[1] as GeneralJws['signatures'][0];
  one.signature = (spoiled.signatures[0] as GeneralJws['signatures'][0]).signature;
  const lacking = { ...signed, signatures: signed.signatures.slice(1) };
  const second = await amended(signed);
  const kid = await thumbprint(signerOf('bulletin', '310000').publicKey);
  const strike = { member: '310000', ground: 'stolen', kind: 'bulletin-key', kid, size: 1 };
  const late = await amended(signed, (given) => void Object.assign(given, { strikes: [strike] }));
  return [
    {
      name: 'an agreement of another name',
      text: right,
      agreement: otherId,
      exit: 1,
      code: 'evidence/other-agreement',
    },
    { name: 'another first version', text: right, agreement: otherFirst, exit: 1, code: 'evidence/other-agreement' },
    {
      name: 'one bad signature among good ones',
      text: right,
      agreement: spoiled,
      exit: 1,
      code: 'agreement/bad-signature',
    },
    {
      name: 'one bad signature in the file',
      text: await onlyAgreement(spoiled),
      exit: 1,
      code: 'agreement/bad-signature',
    },
    {
      name: 'a signature is missing',
      text: await onlyAgreement(lacking),
      agreement: lacking,
      exit: 1,
      code: 'agreement/not-in-force',
    },
    {
      name: 'a later version alone',
      text: right,
      agreement: await amended(second),
      exit: 1,
      code: 'evidence/other-agreement',
    },
    { name: 'a version that strikes the key', text: right, agreement: late, exit: 1, code: 'bulletin/unknown-key' },
  ];

  async function onlyAgreement(given: GeneralJws): Promise<string> {
    const lines = right.split('\n');
    const shown = showVersions([given])[0]?.value as GeneralJws;
    const { payload, signatures } = shown;
    const sorted = signatures.map(({ protected: header, signature }) => ({ protected: header, signature }));
    return lines.with(3, JSON.stringify({ payload, signatures: sorted })).join('\n');
  }
}

/** The next version of the sample, signed by all. */
export async function amended(
  before: GeneralJws,
  change: (agreement: ReturnType<typeof sampleAgreement>) => void = () => {},
): Promise<GeneralJws> {
  const predecessor = readVersion(before);
  const next = { ...structuredClone(predecessor), version: predecessor.version + 1, previous: digestOf(before) };
  delete next.strikes;
  change(next);
  const signatures = await Promise.all(
    next.members.map(({ id }) => signAgreement(next, signerOf('agreement', id), predecessor)),
  );
  return signatures.reduce(joinSignatures);
}

/** A file about one penalty that is wrong in itself, though its log, its proofs and its witnesses are right. */
async function bulletinLies(signed: GeneralJws): Promise<Lie[]> {
  const digest = digestOf(signed);
  const penalty = sampleBody('penalty');
  const stranger = sampleSigner('a stranger');
  const saying = { type: 'penalty', body: penalty, aud: ['320000'] };
  const cases: [name: string, code: string, Partial<Parameters<HandLog['say']>[0]>][] = [
    ['signed by a stranger', 'bulletin/unknown-key', { signer: stranger }],
    ['signed with the member’s agreement key', 'bulletin/unknown-key', { signer: signerOf('agreement', '310000') }],
    ['signed with the log key', 'bulletin/unknown-key', { signer: signerOf('log', '310000') }],
    ['signed with the witness key', 'bulletin/unknown-key', { signer: signerOf('witness', '310000') }],
    ['signed with another member’s key', 'bulletin/unknown-key', { signer: signerOf('bulletin', '320000') }],
    ['a peer request in place of a bulletin', 'evidence/missing', { typ: 'peer-request+jwt' }],
    ['in another member’s name', 'bulletin/foreign', { claims: { iss: 'https://credit.js.example' } }],
    [
      'under another version',
      'bulletin/wrong-agreement',
      { claims: { agreement: { digest: `sha-256:${'A'.repeat(43)}`, after: 0 } } },
    ],
    [
      'after an entry that is no governance',
      'bulletin/wrong-agreement',
      { claims: { agreement: { digest, after: 1 } } },
    ],
    ['a body that its schema refuses', 'bulletin/schema', { body: { ...penalty, surplus: 1 } }],
    [
      'a subject whose check character is wrong',
      'subject/invalid-uscc',
      { claims: { sub_id: { format: 'uscc', uscc: '91310000XX00010000' } } },
    ],
    ['before the agreement’s first day', 'agreement/not-in-force', { claims: { iat: 1_000_000_000 } }],
  ];
  const lies: Lie[] = [];
  for (const [name, code, more] of cases) {
    const log = createHandLog('310000', [signed]);
    await log.adopt();
    const index = await log.say({ ...saying, ...more });
    lies.push({ name: `a bulletin ${name}`, exit: 1, code, text: await bulletinFile(signed, log, index) });
  }
  lies.push(...(await keyLies(signed)));
  const unadopted = createHandLog('310000', [signed]);
  await unadopted.say({ ...saying, claims: { agreement: { digest } } });
  lies.push({
    name: 'a log that begins without an adoption',
    exit: 1,
    code: 'evidence/missing',
    text: await bulletinFile(signed, unadopted, 0),
  });
  return lies;
}

/** Keys that were not yet, or no more, in force at the index. */
async function keyLies(signed: GeneralJws): Promise<Lie[]> {
  const next = sampleSigner('the next key');
  const log = createHandLog('310000', [signed]);
  await log.adopt();
  const saying = { type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] };
  const early = await log.say({ ...saying, signer: next });
  await log.say({ type: 'key', body: { keys: [next.publicKey] }, aud: ['*'] });
  const late = await log.say(saying);
  const right = await log.say({ ...saying, signer: next });
  const unreadable = createHandLog('310000', [signed]);
  await unreadable.adopt();
  await unreadable.say({ type: 'key', body: {}, aud: ['*'], jws: 'no.jws.at-all' });
  const above = await bulletinFile(signed, unreadable, await unreadable.say(saying));
  const leaf = JSON.stringify(unreadable.entries[1]?.leaf);
  return [
    { name: 'governance that nobody can read, with its leaf', exit: 0, code: '', text: above },
    {
      name: 'governance that nobody can read, without its leaf',
      exit: 1,
      code: 'evidence/missing',
      text: above.replace(`,"leaf":${leaf}`, ''),
    },
    {
      name: 'a key that is not yet in force',
      exit: 1,
      code: 'bulletin/unknown-key',
      text: await bulletinFile(signed, log, early),
    },
    {
      name: 'a key that is no more in force',
      exit: 1,
      code: 'bulletin/unknown-key',
      text: await bulletinFile(signed, log, late),
    },
    { name: 'the key in force is right', exit: 0, code: '', text: await bulletinFile(signed, log, right) },
    {
      name: 'the key entry is left out',
      exit: 1,
      code: 'evidence/missing',
      text: await bulletinFile(signed, log, right, new Set([`${log.origin} 2`])),
    },
  ];
}

/** One bulletin without receipts. */
export async function bulletinFile(
  signed: GeneralJws,
  log: HandLog,
  index: number,
  known = new Set<string>(),
  given?: string,
): Promise<string> {
  const note = given ?? (await log.note());
  const shown = log.show(index, note, known);
  const types = [
    'penalty',
    ...(shown.governance.length > 0 ? ['adoption'] : []),
    ...(shown.governance.some(({ leaf }, i) => i > 0 && leaf === undefined) ? ['key'] : []),
  ];
  const claim: Claim = {
    kind: 'bulletin',
    agreement: digestOf(signed),
    issuer: '310000',
    log: log.origin,
    index,
    jti: jtiAt(log, index),
    receivers: [],
  };
  return writeByHand(claim, [
    ...showVersions([signed]),
    ...showSchemas(readVersion(signed), types),
    { section: 'bulletin', value: shown },
  ]);
}

async function receiptLies(signed: GeneralJws): Promise<Lie[]> {
  const lies: Lie[] = [];
  const make = async (
    name: string,
    code: string,
    say: (jiangsu: HandLog, shanghai: HandLog) => Promise<number>,
    exit: 0 | 1 = 1,
  ) => {
    const shanghai = createHandLog('310000', [signed]);
    const jiangsu = createHandLog('320000', [signed]);
    await shanghai.adopt();
    await jiangsu.adopt();
    for (let i = 0; i < 3; i++) await shanghai.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] });
    const index = await say(jiangsu, shanghai);
    const [note, onNote] = [await jiangsu.note(), await shanghai.note()];
    const known = new Set<string>();
    const claim: Claim = {
      kind: 'bulletin',
      agreement: digestOf(signed),
      issuer: '310000',
      log: shanghai.origin,
      index: 1,
      jti: jtiAt(shanghai, 1),
      receivers: ['320000'],
    };
    const text = await writeByHand(claim, [
      ...showVersions([signed]),
      ...showSchemas(readVersion(signed), ['adoption', 'penalty', 'receipt']),
      { section: 'bulletin', value: shanghai.show(1, onNote, known) },
      { section: 'receipts', value: showReceipt({ by: jiangsu, index, note, on: shanghai, onNote }, known) },
    ]);
    lies.push({ name: `a receipt ${name}`, exit, code, text });
  };
  await make('that is right', '', (by, on) => sayReceipt(by, on, { from: 0, to: 4 }), 0);
  await make('with another root', 'evidence/inconsistent', (by, on) =>
    sayReceipt(by, on, { from: 0, to: 4, root: `${'A'.repeat(43)}=` }),
  );
  await make('for another size', 'evidence/inconsistent', (by, on) =>
    sayReceipt(by, on, { from: 0, to: 2, size: 3, root: Buffer.from(on.root(2)).toString('base64') }),
  );
  await make('beyond its own size', 'evidence/inconsistent', (by, on) =>
    sayReceipt(by, on, { from: 0, to: 4, size: 2 }),
  );
  await make('of another range', 'evidence/foreign-receipt', (by, on) => sayReceipt(by, on, { from: 2, to: 4 }));
  await make('signed by the issuer itself', 'bulletin/unknown-key', (by, on) =>
    sayReceipt(by, on, { from: 0, to: 4 }, { signer: signerOf('bulletin', '310000') }),
  );
  await make('addressed to a third member', 'evidence/foreign-receipt', (by, on) =>
    sayReceipt(by, on, { from: 0, to: 4 }, { aud: ['330000'] }),
  );
  return lies;
}

async function noteLies(signed: GeneralJws): Promise<Lie[]> {
  const lies: Lie[] = [];
  const make = async (name: string, code: string, bend: (log: HandLog) => Promise<string>, more: Partial<Lie> = {}) => {
    const log = createHandLog('310000', [signed]);
    await log.adopt();
    const index = await log.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] });
    const note = await bend(log);
    const text = await bulletinFile(signed, log, index, new Set(), note);
    lies.push({ name: `a checkpoint ${name}`, exit: 1, code, text, ...more });
  };
  await make('with one cosignature', 'evidence/no-quorum', (log) => log.note(undefined, { by: ['320000'] }));
  await make('with one cosignature, and one asked for', '', (log) => log.note(undefined, { by: ['320000'] }), {
    exit: 0,
    quorum: 1,
  });
  await make('cosigned by its own member', 'evidence/no-quorum', (log) =>
    log.note(undefined, { by: ['310000', '320000'] }),
  );
  await make('with another root', 'evidence/not-included', (log) => log.note(undefined, { root: new Uint8Array(32) }));
  await make('without the log’s signature', 'log/bad-signature', async (log) => withoutLine(await log.note(), 0));
  await make('whose lines are exchanged', 'evidence/surplus', async (log) => {
    const lines = (await log.note()).split('\n');
    return [...lines.slice(0, -3), lines.at(-2), lines.at(-3), ''].join('\n');
  });
  await make('with a line by a stranger', 'evidence/unknown-signature', async (log) => {
    const note = await log.note();
    return `${note}— zz.example/witness ${Buffer.from(new Uint8Array(76).fill(7)).toString('base64')}\n`;
  });
  await make('whose cosignature was changed', 'log/bad-signature', async (log) => {
    const lines = (await log.note()).split('\n');
    const [head = '', text = ''] = splitLine(lines.at(-2) ?? '');
    const bytes = Buffer.from(text, 'base64');
    bytes[40] = (bytes[40] as number) ^ 1;
    return [...lines.slice(0, -2), `${head} ${bytes.toString('base64')}`, ''].join('\n');
  });
  return lies;
}

function splitLine(line: string): [string, string] {
  const at = line.lastIndexOf(' ');
  return [line.slice(0, at), line.slice(at + 1)];
}

function withoutLine(note: string, at: number): string {
  const lines = note.split('\n');
  const first = lines.indexOf('') + 1;
  return lines.toSpliced(first + at, 1).join('\n');
}

async function completenessLies(signed: GeneralJws): Promise<Lie[]> {
  const logs = await writeSampleLogs(signed);
  const { shanghai, jiangsu } = logs;
  const [note, receiptNote] = [await shanghai.note(), await jiangsu.note()];
  const place = { agreement: digestOf(signed), issuer: '310000', receiver: '320000', log: shanghai.origin };
  const entries = rangeOf(shanghai, 3, 9, '320000', [6, 7]);
  const make = async (
    name: string,
    code: string,
    bend: { claim?: object; entries?: object[]; receipts?: number[]; frontier?: string[]; from?: number } = {},
    exit: 0 | 1 = 1,
  ): Promise<Lie> => {
    const known = new Set<string>();
    const from = bend.from ?? 3;
    const claim = { kind: 'completeness', ...place, from, to: 9, bulletins: 4, receipted: 9, ...bend.claim } as Claim;
    const parts: Part[] = [
      ...showVersions([signed]),
      ...showSchemas(readVersion(signed), [
        'adoption',
        'penalty',
        'key',
        'erasure',
        ...((bend.receipts ?? [2]).length > 0 ? ['receipt'] : []),
      ]),
      { section: 'completeness', value: { checkpoint: note, frontier: bend.frontier ?? frontierOf(shanghai, from) } },
      ...shanghai.governanceBelow(from, note).map((value): Part => ({ section: 'governance', value })),
      ...(bend.receipts ?? [2]).map(
        (index): Part => ({
          section: 'receipts',
          value: showReceipt({ by: jiangsu, index, note: receiptNote, on: shanghai, onNote: note }, known),
        }),
      ),
      ...((bend.entries ?? entries) as typeof entries).map((value): Part => ({ section: 'entries', value })),
    ];
    return { name: `completeness: ${name}`, exit, code, text: await writeByHand(claim, parts) };
  };
  const bare = (i: number) => entries.map((entry, at) => (at === i ? { leaf: entry.leaf } : entry));
  const swapped = [...entries.slice(0, 1), entries[2], entries[1], ...entries.slice(3)] as typeof entries;
  return [
    await make('right', '', {}, 0),
    await make('an entry left out', 'evidence/root-differs', { entries: entries.toSpliced(1, 1) }),
    await make('an entry added', 'evidence/root-differs', { entries: entries.toSpliced(1, 0, ...entries.slice(1, 2)) }),
    await make('two entries exchanged', 'evidence/root-differs', { entries: swapped }),
    await make('content left out', 'evidence/content-missing', { entries: bare(1) }),
    await make('governance content left out', 'evidence/missing', { entries: bare(0) }),
    await make('another’s content under a leaf', 'evidence/not-opened', {
      entries: entries.with(1, { ...(entries[2] as object), leaf: (entries[1] as { leaf: string }).leaf }),
    }),
    await make('content that is not the receiver’s', 'evidence/surplus', {
      from: 1,
      entries: rangeOf(shanghai, 1, 9, '330000', []).map((entry, i) =>
        i === 1 ? entry : (rangeOf(shanghai, 1, 9, '320000', [6, 7])[i] as object),
      ),
      receipts: [1, 2],
      claim: { bulletins: 5 },
    }),
    await make('one bulletin fewer claimed', 'evidence/claim-mismatch', { claim: { bulletins: 3 } }),
    await make('receipts claimed further', 'evidence/claim-mismatch', { claim: { receipted: 8 } }),
    await make('a receipt left out', 'evidence/claim-mismatch', { receipts: [] }),
    await make('another frontier', 'evidence/root-differs', { frontier: [...frontierOf(shanghai, 3)].reverse() }),
    await make('a frontier of another size', 'evidence/root-differs', { frontier: frontierOf(shanghai, 2) }),
    await make('days without a checkpoint before', 'evidence/missing', { claim: { since: '2026-10-08' } }),
    await make('days that end after the checkpoint', 'evidence/outside-days', { claim: { until: '2026-10-20' } }),
  ];
}

async function forkLies(signed: GeneralJws): Promise<Lie[]> {
  const log = createHandLog('310000', [signed]);
  await log.adopt();
  for (let i = 0; i < 4; i++) await log.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] });
  const claim = (form: string) =>
    ({ kind: 'fork', agreement: digestOf(signed), member: '310000', log: log.origin, form }) as Claim;
  const none = { by: [] as string[] };
  const make = async (name: string, code: string, form: string, value: object, exit: 0 | 1 = 1): Promise<Lie> => ({
    name: `fork: ${name}`,
    exit,
    code,
    text: await writeByHand(claim(form), [...showVersions([signed]), { section: 'fork', value } as Part]),
  });
  const [small, large] = [await log.note(3, none), await log.note(5, none)];
  const lied = await log.note(3, { ...none, root: new Uint8Array(32).fill(1) });
  const root = Buffer.from(log.root(3)).toString('base64');
  const consistency = log.consistency(3, 5);
  const thief = await log.note(3, { ...none, root: new Uint8Array(32) });
  return [
    await make('two roots', '', 'two-roots', { notes: [small, lied].sort() }, 0),
    await make('the same note twice', 'evidence/surplus', 'two-roots', { notes: [small, small] }),
    await make('two sizes called one', 'evidence/no-fork', 'two-roots', { notes: [small, large].sort() }),
    await make('no beginning', '', 'not-a-beginning', { notes: [lied, large], root, consistency }, 0),
    await make('a beginning called none', 'evidence/no-fork', 'not-a-beginning', {
      notes: [small, large],
      root,
      consistency,
    }),
    await make('a proof that joins nothing', 'evidence/no-fork', 'not-a-beginning', {
      ...{ notes: [lied, large], consistency },
      root: Buffer.from(new Uint8Array(32).fill(9)).toString('base64'),
    }),
    await make('another form claimed', 'evidence/claim-mismatch', 'stray-leaf', { notes: [small, thief].sort() }),
  ];
}

/** Pointers to every member and item, but those inside the agreements and schemas, which are the same in both. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (path[0] === 'agreements' || path[0] === 'schemas' || path[0] === 'mediaType') return [];
  if (typeof value !== 'object' || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([name, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return path.length > 0 ? [[...path], ...inner] : inner;
}

function read(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, name) => (found as Record<string | number, unknown> | undefined)?.[name], value);
}

function write(value: unknown, path: readonly (string | number)[], to: unknown): void {
  const holder = read(value, path.slice(0, -1)) as Record<string | number, unknown>;
  holder[path.at(-1) as string] = to;
}

/** The one form of a file whose values were changed. */
function layOut(file: Record<string, unknown>): string {
  const sections = Object.entries(file).map(([name, value]) => {
    if (!Array.isArray(value)) return `"${name}":${canonicalText(value)}`;
    const items = value.map((one) => `\n${canonicalText(one)}`).join(',');
    return `"${name}":[${items}\n]`;
  });
  return `{${sections.join(',\n')}\n}\n`;
}

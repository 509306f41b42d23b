/** The witness key of a node, asked by anyone over C2SP tlog-witness: every status of the specification. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBase64, utf8 } from '../../node/base/bytes.ts';
import type { Config } from '../../node/config.ts';
import { formatAddCheckpoint } from '../../node/log/add-checkpoint.ts';
import { signCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign } from '../../node/log/cosignature.ts';
import { type Ed25519Jwk, formatNote, formatSignatureLine, formatVkey } from '../../node/log/note.ts';
import { amendNetwork } from '../support/amend.ts';
import { createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { ed25519FromSeed, hash, signerFrom } from '../support/crypto.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { logHeld } from '../support/receipts.ts';
import { numberedHash } from '../support/tree.ts';
import { latestOf, readCosigned, submissionOf, submit } from '../support/witness.ts';

const [shanghai, jiangsu] = ['310000', '320000'] as const;
let network: Network;
let witness: RunningNode;
let log: HostileLog;

async function begin(options: { now?: () => Date; config?: Partial<Config> } = {}): Promise<void> {
  network = await openNetwork({ running: [jiangsu], ...options });
  witness = network.node(jiangsu);
  log = await openHostile(network, shanghai);
  for (const n of [1, 2, 3, 4]) await log.say({ type: 'penalty', uscc: sampleUscc(n) });
}
afterEach(() => network.close());

/** What the log itself shows to the witness, when its rounds ask. */
function show(size: number): void {
  log.lie = async (call) => (call === 'checkpoint' ? log.note(size) : undefined);
}

const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe('a log’s checkpoint', () => {
  beforeEach(() => begin());

  it('is cosigned once its leaves were fetched, which nobody had asked for before', async () => {
    expect((await logHeld(witness, log.member.origin)).size).toBe(0);
    const { status, headers, body } = await submit(witness, await submissionOf(log, 0));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(body).toMatch(/^— credit\.js\.example\/witness [^ \n]+\n$/);
    const { size, cosignature } = await readCosigned((await log.note()) + body, log, witness);
    expect([size, cosignature?.name]).toEqual([5, 'credit.js.example/witness']);
    expect((await logHeld(witness, log.member.origin)).size).toBe(5);
  });

  it('is there for monitors as it was cosigned', async () => {
    expect(code(await latestOf(witness, log.member.origin))).toEqual([404, 'log/unknown']);
    const { body } = await submit(witness, await submissionOf(log, 0));
    const { status, headers, body: note } = await latestOf(witness, log.member.origin);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(note).toContain(body);
    expect((await readCosigned(note, log, witness)).size).toBe(5);
  });

  it('is cosigned again as the log grows, with a proof from the last one', async () => {
    show(3);
    expect((await submit(witness, await submissionOf(log, 0, 3))).status).toBe(200);
    show(4);
    expect((await submit(witness, await submissionOf(log, 3, 4))).status).toBe(200);
    show(6);
    await log.say({ type: 'penalty', uscc: sampleUscc(5) });
    expect((await submit(witness, await submissionOf(log, 4))).status).toBe(200);
    expect((await readCosigned((await latestOf(witness, log.member.origin)).body, log, witness)).size).toBe(6);
  });

  it('is answered with the same word, when asked again at once', async () => {
    const { body } = await submit(witness, await submissionOf(log, 0));
    expect(await submit(witness, await submissionOf(log, 5))).toMatchObject({ status: 200, body });
  });

  it('is cosigned with other signatures on it, which are passed over', async () => {
    const stranger = signerFrom(ed25519FromSeed('stranger'));
    const vkey = formatVkey(hash, 'stranger.example', 1, stranger.publicKey as Ed25519Jwk);
    const forged = formatSignatureLine(witnessKey(), new Uint8Array(72));
    const given = await submissionOf(log, 0);
    const more = `${given}${formatSignatureLine(vkey, new Uint8Array(64))}\n${forged}\n`;
    expect((await submit(witness, more)).status).toBe(200);
    expect((await latestOf(witness, log.member.origin)).body).not.toContain('stranger');
  });

  it('is what its rounds cosign too: neither goes back behind the other', async () => {
    await submit(witness, await submissionOf(log, 0, 3)); // fetches 5, and the round cosigns these
    const { status, body } = await submit(witness, await submissionOf(log, 0, 4));
    expect([status, body]).toEqual([409, '5\n']);
    expect((await submit(witness, await submissionOf(log, 5))).status).toBe(200);
  });
});

function witnessKey() {
  const { publicKey } = network.keysOf(jiangsu).witness.signer;
  return formatVkey(hash, 'credit.js.example/witness', 4, publicKey as Ed25519Jwk);
}

describe('a submission is refused', () => {
  beforeEach(() => begin());

  it.each([
    ['nothing', ''],
    ['no note', 'old 0\n\n'],
    ['no signature', 'old 0\n\ncredit.sh.example/log\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'],
    ['no text', new Uint8Array([0xff, 0xfe, 0x0a])],
  ])('as malformed: %s', async (_, body) => {
    expect(code(await submit(witness, body))).toEqual([400, 'witness/malformed']);
  });

  it('as malformed: more than 63 hashes, or an old size above the checkpoint’s', async () => {
    const note = await log.note();
    const proof = Array.from({ length: 64 }, (_unused, n) => numberedHash(n));
    expect(code(await submit(witness, formatAddCheckpoint({ oldSize: 1, proof, note })))).toEqual([
      400,
      'witness/malformed',
    ]);
    expect(code(await submit(witness, await submissionOf(log, 6)))).toEqual([400, 'witness/malformed']);
  });

  it('as malformed: a checkpoint that the log signed, and of no form that it may have', async () => {
    const text = `${(await log.note()).split('\n\n')[0]}\nextension\n`;
    const line = formatSignatureLine(logKey(), await log.keys.log.signer.sign(utf8(text)));
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], note: formatNote(text, [line]) });
    expect(code(await submit(witness, body))).toEqual([400, 'witness/malformed']);
  });

  it('as too large', async () => {
    expect(code(await submit(witness, 'o'.repeat(90_000)))).toEqual([413, 'input/too-large']);
  });

  it('of a log that no version of the agreement lists, and of our own', async () => {
    const other = (await submissionOf(log, 0)).replaceAll('credit.sh.example', 'credit.xx.example');
    expect(code(await submit(witness, other))).toEqual([404, 'log/unknown']);
    const own = await createApi(witness.url)('GET', '/checkpoint');
    expect(code(await submit(witness, `old 0\n\n${own.body}`))).toEqual([404, 'log/unknown']);
    for (const origin of ['credit.xx.example/log', witness.node.self.origin])
      expect(code(await latestOf(witness, origin))).toEqual([404, 'log/unknown']);
  });

  it('when no signature is by the log’s key', async () => {
    const stranger = signerFrom(ed25519FromSeed('stranger'));
    const vkey = formatVkey(hash, log.member.origin, 1, stranger.publicKey as Ed25519Jwk);
    const checkpoint = { origin: log.member.origin, size: 1, root: numberedHash(1) };
    const note = await signCheckpoint(stranger, vkey, checkpoint);
    expect(code(await submit(witness, `old 0\n\n${note}`))).toEqual([403, 'witness/not-trusted']);
    const wrong = formatNote(`${note.split('\n\n')[0]}\n`, [formatSignatureLine(logKey(), new Uint8Array(64))]);
    expect(code(await submit(witness, `old 0\n\n${wrong}`))).toEqual([403, 'witness/not-trusted']);
    expect(
      await witness.node.store.log.listLargestCheckpoints((await logHeld(witness, log.member.origin)).id, 9),
    ).toEqual([]);
  });

  it('with the size that was cosigned last, when it knows of another', async () => {
    const first = await submit(witness, await submissionOf(log, 2));
    expect([first.status, first.headers.get('content-type'), first.body]).toEqual([409, 'text/x.tlog.size', '0\n']);
    await submit(witness, await submissionOf(log, 0));
    for (const oldSize of [0, 3]) {
      const { status, headers, body } = await submit(witness, await submissionOf(log, oldSize));
      expect([status, headers.get('content-type'), body]).toEqual([409, 'text/x.tlog.size', '5\n']);
    }
  });

  it('for a proof that does not hold', async () => {
    await witness.node.federation.pull(shanghai);
    expect((await submit(witness, await submissionOf(log, 5))).status).toBe(200);
    await log.say({ type: 'penalty', uscc: sampleUscc(5) });
    await log.say({ type: 'penalty', uscc: sampleUscc(6) });
    const right = await submissionOf(log, 5);
    const [first = '', ...rest] = right.split('\n');
    const hashes = rest.slice(0, rest.indexOf(''));
    const bodies = [
      [first, ...rest.slice(1)],
      [first, formatBase64(numberedHash(1)), ...rest.slice(1)],
      [first, ...hashes, formatBase64(numberedHash(1)), ...rest.slice(hashes.length)],
      [first, ...rest.slice(hashes.length)],
    ];
    for (const body of bodies) expect(code(await submit(witness, body.join('\n')))).toEqual([422, 'witness/bad-proof']);
    expect((await submit(witness, right)).status).toBe(200);
    const same = (await submissionOf(log, 7)).replace('old 7\n', `old 7\n${formatBase64(numberedHash(1))}\n`);
    expect(code(await submit(witness, same))).toEqual([422, 'witness/bad-proof']);
  });

  it('for a proof from nothing, which is empty', async () => {
    const body = (await submissionOf(log, 0)).replace('old 0\n', `old 0\n${formatBase64(numberedHash(1))}\n`);
    expect(code(await submit(witness, body))).toEqual([422, 'witness/bad-proof']);
  });

  it('for another root at the size that was cosigned: that is a fork, and both notes convict it', async () => {
    await submit(witness, await submissionOf(log, 0));
    const other = log.fork(4);
    await other.say({ type: 'penalty', uscc: sampleUscc(9) });
    expect(code(await submit(witness, await submissionOf(other, 5)))).toEqual([409, 'log/fork']);
    const [found] = await witness.node.store.peers.listFindings();
    expect(found).toMatchObject({
      code: 'log/fork',
      evidence: { size: 5, notes: [expect.anything(), await other.note()] },
    });
    expect(code(await submit(witness, await submissionOf(log, 5)))).toEqual([403, 'witness/not-trusted']); // from now on
  });

  it('for another history, though it follows from what was cosigned', async () => {
    show(3);
    expect((await submit(witness, await submissionOf(log, 0, 3))).status).toBe(200);
    show(5);
    const other = log.fork(3);
    for (const n of [7, 8]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    expect(code(await submit(witness, await submissionOf(other, 3)))).toEqual([409, 'log/fork']);
    const [found] = await witness.node.store.peers.listFindings();
    expect(found).toMatchObject({
      code: 'log/fork',
      evidence: { size: 5, notes: expect.arrayContaining([await other.note()]) },
    });
    expect((await readCosigned((await latestOf(witness, log.member.origin)).body, log, witness)).size).toBe(3);
  });

  it('by method', async () => {
    const { status, headers } = await createApi(witness.url)('GET', '/witness/add-checkpoint');
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

function logKey() {
  return formatVkey(hash, log.member.origin, 1, log.keys.log.signer.publicKey as Ed25519Jwk);
}

describe('a witness that cannot', () => {
  it('fetch the leaves says when to come back, and does not ask again before its back-off is over', async () => {
    const at = new Date(); // it stands still: the first back-off is short
    await begin({ now: () => at });
    const body = await submissionOf(log, 0);
    network.answerAs(shanghai, undefined);
    for (let n = 0; n < 2; n++) {
      const answer = await submit(witness, body);
      expect(code(answer)).toEqual([503, 'witness/not-ready']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await witness.node.store.peers.findPeer(shanghai)).toMatchObject({ failures: 1 });
    expect(code(await latestOf(witness, log.member.origin))).toEqual([404, 'log/unknown']);
    network.answerAs(shanghai, log.handler);
    await witness.node.federation.pull(shanghai);
    expect((await submit(witness, await submissionOf(log, 5))).status).toBe(200);
  });

  it('say yet whether its store is the newest does not cosign', async () => {
    await begin();
    witness.node.gate.shut();
    expect(code(await submit(witness, await submissionOf(log, 0, 4)))).toEqual([503, 'witness/not-ready']);
  });

  it('be asked so often says so', async () => {
    await begin({ config: { rates: { callerPerMinute: 2, peerPerMinute: 1000 } } });
    for (const status of [404, 404, 429]) expect((await latestOf(witness, log.member.origin)).status).toBe(status);
    expect((await submit(witness, await submissionOf(log, 0))).status).toBe(429);
  });
});

describe('what was struck', () => {
  it.each(['log', 'witness'] as const)('is not cosigned: a %s', async (what) => {
    await begin();
    await witness.node.federation.pull(shanghai);
    const { size, root } = await logHeld(witness, log.member.origin);
    await amendNetwork(
      network,
      (next) => {
        const end = { origin: log.member.origin, size, root: formatBase64(root) };
        next.strikes = [
          what === 'log'
            ? { kind: 'log', member: shanghai, ground: 'forked', ...end }
            : { kind: 'witness-key', member: jiangsu, ground: 'stolen', key: witnessKey().text },
        ];
      },
      { at: [jiangsu] },
    );
    expect(code(await submit(witness, await submissionOf(log, size)))).toEqual([403, 'witness/not-trusted']);
  });
});

describe('a witness whose store was put back', () => {
  it('learns from its own cosignature, which a peer shows, what it said before', async () => {
    await begin();
    const { signer } = network.keysOf(jiangsu).witness;
    const note = await log.note(5);
    const checkpointBody = note.slice(0, note.lastIndexOf('\n\n') + 1);
    const time = Math.floor(Date.now() / 1000) + 600; // our clock was ahead then
    const line = await cosign({ signer, vkey: witnessKey(), checkpointBody, time });
    const peer = await openHostile(network, '330000');
    const checkpoints = [{ origin: log.member.origin, note: `${note}${line}\n` }];
    peer.lie = (call) => (call === 'checkpoints' ? { checkpoints } : undefined);
    await witness.node.federation.pull('330000');
    expect((await logHeld(witness, log.member.origin)).size).toBe(0);
    expect(await submit(witness, await submissionOf(log, 0, 3))).toMatchObject({ status: 409, body: '5\n' });
    await log.say({ type: 'penalty', uscc: sampleUscc(5) });
    const { status, body } = await submit(witness, await submissionOf(log, 5));
    expect(status).toBe(200);
    expect((await readCosigned((await log.note()) + body, log, witness)).cosignature?.time).toBe(time);
  });
});

describe('the time of a cosignature', () => {
  it('never goes back, though the clock does', async () => {
    let at = new Date('2026-11-20T04:00:00.000Z');
    await begin({ now: () => at });
    const timeOf = async (oldSize: number, size: number) => {
      const { body } = await submit(witness, await submissionOf(log, oldSize, size));
      return (await readCosigned((await log.note(size)) + body, log, witness)).cosignature?.time;
    };
    show(3);
    const first = await timeOf(0, 3);
    expect(first).toBe(at.getTime() / 1000);
    show(5);
    at = new Date('2026-11-20T03:00:00.000Z');
    expect(await timeOf(3, 5)).toBe(first);
    at = new Date('2026-11-20T04:00:30.000Z');
    expect(await timeOf(5, 5)).toBe(first); // said half a minute ago
    at = new Date('2026-11-20T04:01:00.000Z');
    expect(await timeOf(5, 5)).toBe(at.getTime() / 1000);
  });
});

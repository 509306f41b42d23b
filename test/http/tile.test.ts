/** The node's own log for anyone: checkpoint and hash tiles as C2SP tlog-tiles serves them, and no word of what was said. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, formatBase64, parseBase64, utf8 } from '../../node/base/bytes.ts';
import { verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { leafHash } from '../../node/log/merkle.ts';
import { parseVkey, type Vkey } from '../../node/log/note.ts';
import { type ReadTile, rootAt } from '../../node/log/tile.ts';
import { formatTilePath } from '../../node/log/tile-path.ts';
import { createApi } from '../support/api.ts';
import { hash, verifySignature } from '../support/crypto.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld } from '../support/receipts.ts';

let network: Network;
let node: RunningNode;
const size = 601;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  await importPenalties(node, 0, size - 1);
});
afterAll(() => network.close());

async function get(path: string): Promise<{ status: number; headers: Headers; bytes: Uint8Array }> {
  const { status, headers } = await createApi(node.url)('GET', path); // held against the document
  const bytes = new Uint8Array(await (await fetch(`${node.url}${path}`)).arrayBuffer());
  return { status, headers, bytes };
}

/** What a stranger makes of the tiles, with nothing but the log key. */
async function readCheckpoint() {
  const { status, headers, bytes } = await get('/checkpoint');
  const log = parseVkey(hash, node.node.self.keys.log) as Vkey; // of the agreement
  const note = new TextDecoder().decode(bytes);
  const { checkpoint } = await verifyCheckpoint({ note, log, witnesses: [], verifySignature });
  return { status, headers, checkpoint };
}

describe('the checkpoint', () => {
  it('is the note of the whole log, not to be cached', async () => {
    const { status, headers, checkpoint } = await readCheckpoint();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(checkpoint).toMatchObject({ origin: node.node.self.origin, size });
  });

  it('is shown to nobody while the log key is locked: the store may be an old copy', async () => {
    const { gate } = node.node;
    gate.shut();
    const refused = await createApi(node.url)('GET', '/checkpoint');
    gate.open();
    expect(refused).toMatchObject({ status: 503, body: { code: 'log/locked' } });
  });

  it('has the root that the tiles give, full and partial ones', async () => {
    const { checkpoint } = await readCheckpoint();
    const widthOf = (level: number, index: number) =>
      Math.min(256, Math.floor(checkpoint.size / 256 ** level) - index * 256);
    const readTile: ReadTile = async (level, index) =>
      (await get(`/tile/${formatTilePath({ level, index, width: widthOf(level, index) })}`)).bytes;
    const root = await rootAt({ hash, size: checkpoint.size, readTile }, checkpoint.size);
    expect(formatBase64(root)).toBe(formatBase64(checkpoint.root));
  });
});

describe('a tile', () => {
  it('full, is 256 hashes of leaves for caches to keep', async () => {
    const { status, headers, bytes } = await get('/tile/0/001');
    expect([status, bytes.length]).toEqual([200, 8192]);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('cache-control')).toBe('public, max-age=86400, immutable');
    const leaves = (await entriesHeld(node, node.node.self.origin))
      .slice(256, 512)
      .map(({ leaf }) => leafHash(hash, utf8(leaf)));
    expect(bytes).toEqual(concat(...leaves));
  });

  it('partial, is as many hashes as were asked for, at every width that the log ever had', async () => {
    const { bytes: widest } = await get('/tile/0/002.p/89');
    expect(widest.length).toBe(89 * 32);
    for (const width of [1, 2, 88])
      expect((await get(`/tile/0/002.p/${width}`)).bytes).toEqual(widest.subarray(0, width * 32));
    const { bytes: full } = await get('/tile/0/000');
    expect((await get('/tile/0/000.p/255')).bytes).toEqual(full.subarray(0, 255 * 32)); // it is full by now
    expect((await get('/tile/1/000.p/2')).bytes.length).toBe(64);
  });

  it('holds nothing but hashes: no leaf, no content', async () => {
    const { bytes } = await get('/tile/0/000');
    for (const { leaf, content } of (await entriesHeld(node, node.node.self.origin)).slice(0, 256)) {
      for (const text of [leaf, content?.jws ?? leaf]) expect(indexOf(bytes, utf8(text.slice(0, 32)))).toBe(-1);
      expect(parseBase64(leaf.split('\n')[1] ?? '')).toHaveLength(32); // the commitment
    }
  });

  it.each([
    ['0/003', 'log/out-of-range'],
    ['0/002', 'log/out-of-range'], // 89 of 256
    ['0/002.p/90', 'log/out-of-range'],
    ['1/000', 'log/out-of-range'],
    ['1/000.p/3', 'log/out-of-range'],
    ['2/000.p/1', 'log/out-of-range'],
    ['63/000', 'log/out-of-range'],
    ['0/x999/x999/x999/x999/999', 'log/out-of-range'],
    ['entries/000', 'input/no-such-route'],
    ['entries/000.p/1', 'input/no-such-route'],
    ['64/000', 'input/no-such-route'],
    ['0/x000/001', 'input/no-such-route'],
    ['0/000.p/256', 'input/no-such-route'],
    ['0/000.p/00', 'input/no-such-route'],
    ['0/0', 'input/no-such-route'],
    ['0/000/', 'input/no-such-route'],
    ['0/..%2f000', 'input/no-such-route'],
  ])('%s is not there', async (path, code) => {
    const { status, body, headers } = await createApi(node.url)('GET', `/tile/${path}`);
    expect([status, body.code]).toEqual([404, code]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('of another member’s log is not served', async () => {
    expect((await get('/tile/0/000.p/1')).status).toBe(200); // of ours
    for (const path of ['/log/tile/0/000', '/320000/tile/0/000.p/1'])
      expect((await fetch(`${node.url}${path}`)).status).toBe(404);
  });
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  return Buffer.from(bytes).indexOf(part);
}

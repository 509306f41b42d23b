/** How long an answer about one subject takes while the store grows ten times, and a bare indexed SELECT beside it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { findTypeByName } from '../../dist/node/bulletin/catalogue.js';
import { compose } from '../../dist/node/compose.js';
import { loadConfig } from '../../dist/node/config.js';
import { createNewId } from '../../dist/node/crypto.js';
import { makeWorld, round, sampleBody, sampleUscc } from './world.mjs';

const questions = 2_000;
const perTransaction = 5_000;

export async function benchAsk({ records }, say) {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-bench-'));
  const now = () => new Date();
  const newId = createNewId(now);
  const logger = { debug() {}, info() {}, warn: console.error, error: console.error };
  const { ids } = await makeWorld(folder);
  const config = loadConfig(join(folder, `${ids[1]}.yaml`));
  const node = await compose(config, { now, newId, logger, onBroken: console.error });
  node.gate.open(); // one node alone
  const select = new Sqlite(config.database.slice('sqlite:'.length), { readonly: true });
  try {
    await node.federation.start();
    const asker = { role: 'reader', authority: node.self.authority, person: '0001' };
    const result = { records };
    let filled = 0;
    for (const size of [records / 10, records]) {
      await fill(node, newId, filled, size);
      filled = size;
      const asked = await time(size, (uscc) => node.registry.ask(asker, { uscc, purpose: 'supervision' }));
      const statement = select.prepare('select * from step where uscc = ?');
      const bare = await time(size, async (uscc) => statement.all(uscc));
      say(
        `${size} records: answer p50 ${asked.p50} ms, p99 ${asked.p99} ms; bare select p50 ${bare.p50} ms, p99 ${bare.p99} ms`,
      );
      const name = size === records ? 'full' : 'tenth';
      Object.assign(result, {
        [`${name}_p50_ms`]: asked.p50,
        [`${name}_p99_ms`]: asked.p99,
        [`${name}_select_p50_ms`]: bare.p50,
        [`${name}_select_p99_ms`]: bare.p99,
      });
    }
    return result;
  } finally {
    select.close();
    await node.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Records of the other member straight into the store, as a pull would leave them; one real signed body for all. */
async function fill({ store, version, federation }, newId, from, to) {
  const other = version.agreement.members[0];
  const log = await store.log.findLog(other.origin);
  const penalty = findTypeByName('penalty');
  const [{ jws }] = await federation.publisher.prepare([
    { type: penalty, audience: [other.id], record: { txn: newId(), uscc: sampleUscc(0) }, body: sampleBody(0) },
  ]);
  const at = new Date().toISOString();
  for (let first = from; first < to; first += perTransaction) {
    const numbers = Array.from({ length: Math.min(perTransaction, to - first) }, (_, i) => first + i);
    const rows = numbers.map((index) => ({ index, jti: newId(), txn: newId(), uscc: sampleUscc(index) }));
    await store.transaction(async (within) => {
      const leaf = `huxin-leaf/v1\n${'A'.repeat(43)}=\n${version.agreement.members[1].id}\n`;
      await within.log.putEntries(
        log.id,
        rows.map(({ index, jti }) => ({
          index,
          leaf,
          governance: false,
          content: { salt: '', jws },
          jti,
          word: 'taken',
          at,
        })),
      );
      await within.registry.putSteps(
        log.id,
        rows.map(({ index, jti, txn, uscc }) => ({
          member: other.id,
          txn,
          type: 'penalty',
          uscc,
          jti,
          decidedOn: '2026-10-09',
          state: 'publicised',
          index,
          at,
        })),
      );
    });
  }
}

async function time(records, ask) {
  const times = [];
  for (let i = 0; i < questions; i++) {
    const uscc = sampleUscc(Math.floor((i * 7919) % records));
    const started = performance.now();
    await ask(uscc);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { p50: round(times[Math.floor(questions * 0.5)], 3), p99: round(times[Math.floor(questions * 0.99)], 3) };
}

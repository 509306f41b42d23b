/**
 * A real node in a process of its own, told over IPC to issue or to pull, so that the bench can take its time. Only the
 * issuer listens, and no timetable runs: a hint that came while the issuer issues would have the receiver pull unmeasured.
 */

import { statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { findTypeByName } from '../../dist/node/bulletin/catalogue.js';
import { compose } from '../../dist/node/compose.js';
import { loadConfig } from '../../dist/node/config.js';
import { createNewId } from '../../dist/node/crypto.js';
import { listen } from '../../dist/node/http/listen.js';
import { sampleBody, sampleUscc } from './world.mjs';

const [, , configFile, role] = process.argv;
const config = loadConfig(configFile);
const now = () => new Date();
const say = (facts, message) => console.error(message, facts);
const logger = { debug() {}, info() {}, warn() {}, error: say };
const node = await compose(config, { now, newId: createNewId(now), logger, onBroken: console.error });
node.gate.open(); // one node alone
const { federation, store, self, version, newId } = node;
await federation.start();
const listening = role === 'issuer' ? await listen(node.app, config.listen) : undefined;
const penalty = findTypeByName('penalty');
let issued = 0;

const commands = {
  /** Signs, validates, appends and commits, 500 a transaction. */
  async issue({ count }) {
    const audience = version.agreement.members.map(({ id }) => id).filter((id) => id !== self.id);
    let underWay = Promise.resolve();
    for (let left = count; left > 0; left -= 500) {
      const drafts = Array.from({ length: Math.min(left, 500) }, () => {
        issued++;
        return {
          type: penalty,
          audience,
          record: { txn: newId(), uscc: sampleUscc(issued) },
          body: sampleBody(issued),
        };
      });
      const batch = federation.publisher.publish(drafts, async () => {});
      await underWay; // as an import does: while one batch is stored, the next is signed
      underWay = batch;
    }
    await underWay;
  },
  /** Pulls until all of that member's log is here. */
  async pull({ member, size }) {
    const { origin } = version.agreement.members.find(({ id }) => id === member);
    while ((await store.log.findLog(origin)).size < size) await federation.pull(member);
    const log = await store.log.findLog(origin);
    return { size: log.size, receipted: log.receipted };
  },
  async size() {
    return { size: (await store.log.findLog(self.origin)).size };
  },
  async sample({ count }) {
    const log = await store.log.findLog(self.origin);
    const entries = await store.log.listEntries(log.id, log.size - count, log.size);
    return { jws: entries.map(({ content }) => content.jws), key: self.keys.bulletin[0] };
  },
  async memory() {
    return { rss: process.memoryUsage().rss };
  },
  async disk() {
    const path = node.config.database.slice('sqlite:'.length);
    new Sqlite(path).pragma('wal_checkpoint(TRUNCATE)');
    return { bytes: statSync(path).size };
  },
};

process.on('message', async ({ command, ...given }) => {
  try {
    const started = performance.now();
    const result = (await commands[command](given)) ?? {};
    process.send({ ...result, ms: performance.now() - started });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.once('SIGTERM', async () => {
  listening?.server.close();
  listening?.server.closeAllConnections();
  await node.close();
  process.disconnect();
});
process.send({ ready: true });

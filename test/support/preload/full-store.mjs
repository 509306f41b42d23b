/** Loaded before a node: while the file `full` names is there, its SQLite database gets no page more, as on a full disk. */

import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';

const file = new URL(import.meta.url).searchParams.get('full');
const most = 4_294_967_294; // SQLite's own bound
const databases = new Set();
const { pragma } = Sqlite.prototype;
let isFull = false;

Sqlite.prototype.pragma = function (...given) {
  databases.add(this);
  return pragma.apply(this, given);
};

setInterval(() => {
  if (existsSync(file) === isFull) return;
  isFull = !isFull;
  for (const one of databases) if (one.open) pragma.call(one, `max_page_count = ${isFull ? 1 : most}`); // never below what it has
}, 20).unref();

/** Statements behind a store's back, on either engine. */

import Sqlite from 'better-sqlite3';
import { Client } from 'pg';

export async function execute(url: string, ...statements: string[]): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const db = new Sqlite(url.slice('sqlite:'.length));
    for (const statement of statements) db.exec(statement);
    db.close();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

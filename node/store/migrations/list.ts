/** Every migration in order. One that was released is never edited. */

import type { Migration } from 'kysely';
import { start } from './0001-start.ts';
import { amendments } from './0002-amendments.ts';
import { alarms } from './0003-alarms.ts';
import { succession } from './0006-succession.ts';
import { nextLog } from './0007-next-log.ts';
import { recovery } from './0008-recovery.ts';
import { witnesses } from './0009-witnesses.ts';

/** Where the engines have no word in common. */
export interface EngineWords {
  bytes: 'blob' | 'bytea';
  clustered: 'without rowid' | '';
}

export function migrations(engine: EngineWords): Record<string, Migration> {
  return {
    '0001-start': { up: (db) => start(db, engine) },
    '0002-amendments': { up: amendments },
    '0003-alarms': { up: alarms },
    '0006-succession': { up: succession },
    '0007-next-log': { up: nextLog },
    '0008-recovery': { up: recovery },
    '0009-witnesses': { up: witnesses },
  };
}

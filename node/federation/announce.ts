/** Tell peers what is new: a hint, never data. One that does not arrive costs nothing but time, the pull comes anyway. */

import type { Logger } from '../base/ports.ts';
import type { Client } from './client.ts';

/**
 * Announces sizes of our log to every peer. While an announcement is under way, later sizes wait for the next one, so
 * that a busy log sends one hint after the other and not one for each append.
 */
export function createAnnouncer({
  origin,
  clients,
  logger,
}: {
  origin: string;
  clients: () => ReadonlyMap<string, Client>;
  logger: Logger;
}) {
  let announced = 0;
  let wanted = 0;
  let underWay: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (announced < wanted) {
      const size = wanted;
      await Promise.all([...clients()].map(([member, client]) => tell(member, client, size)));
      announced = size;
    }
  }

  async function tell(member: string, client: Client, size: number): Promise<void> {
    try {
      await client.announce(origin, size);
    } catch (error) {
      logger.debug({ member, size, cause: String(error) }, 'announcement not delivered');
    }
  }

  return {
    announce(size: number): void {
      wanted = Math.max(wanted, size);
      underWay ??= run().finally(() => {
        underWay = undefined;
      });
    },
    /** Until nothing is under way. */
    async settled(): Promise<void> {
      while (underWay) await underWay;
    },
  };
}

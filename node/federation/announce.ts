/** Tell peers what is new: a hint, never data. One that does not arrive costs nothing but time, the pull comes anyway. */

import type { Logger } from '../base/ports.ts';
import type { Client } from './client.ts';

/** How the hints to one peer stand. */
interface Line {
  /** The largest size that it was told. */
  told: number;
  underWay?: Promise<void> | undefined;
}

/**
 * Announces sizes of our log to every peer. While a hint to a peer is under way, later sizes wait for the next one, so
 * that a busy log sends one after the other and not one for each append; a peer that does not answer holds up no other.
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
  let wanted = 0;
  const lines = new Map<string, Line>();

  async function tell(member: string, client: Client, line: Line): Promise<void> {
    while (line.told < wanted) {
      const size = wanted;
      try {
        await client.announce(origin, size);
        line.told = size;
      } catch (error) {
        logger.debug({ member, size, cause: String(error) }, 'announcement not delivered');
        if (size === wanted) return; // said again with the next size
      }
    }
  }

  return {
    announce(size: number): void {
      wanted = Math.max(wanted, size);
      for (const [member, client] of clients()) {
        const line = lines.get(member) ?? { told: 0 };
        lines.set(member, line);
        line.underWay ??= tell(member, client, line).finally(() => {
          line.underWay = undefined;
        });
      }
    },
    /** Until nothing is under way. */
    async settled(): Promise<void> {
      for (const line of lines.values()) while (line.underWay) await line.underWay;
    },
  };
}

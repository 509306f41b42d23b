/** Ports of loopback for servers that come and go. */

import { createServer } from 'node:net';

/** Below those that the system itself hands out, and above those of the demo. */
const [first, pools, portsEach] = [30_000, 8, 340];
const pool = Number(process.env.VITEST_POOL_ID ?? 0) % pools;
let given = process.pid;

/**
 * A free port: a node that is stopped for a while finds it free again, whatever other processes open meanwhile. Test files
 * that run at the same time are given ports of their own, and none is given twice.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = first + pool * portsEach + (given++ % portsEach);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) =>
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    );
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

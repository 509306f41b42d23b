/** Compose, listen, stop on a signal. The only file that may end the process. The door of `pino`. */

import { pino } from 'pino';
import { compose, type Node } from './compose.ts';
import { type Config, loadConfig } from './config.ts';
import { createNewId } from './crypto.ts';
import { type Listening, listen, showCertificate, shut } from './http/listen.ts';
import { startJobs } from './jobs.ts';
import { type Reloads, reloadAll } from './reload.ts';

/** What a started node tells whoever started it. */
export interface Started {
  node: Node;
  /** `http://127.0.0.1:4310` */
  url: string;
  /** Until it has stopped. */
  stopped: Promise<void>;
}

/**
 * Runs a node until SIGTERM or SIGINT: no new connections, what is under way is finished, the store closed. SIGHUP reads
 * the certificate again.
 *
 * @throws {Problem} config/invalid, key/…, tls/…, agreement/…, store/…
 */
export async function serve(configFile: string): Promise<Started> {
  const config = loadConfig(configFile);
  const logger = pino({ level: config.logLevel, base: { node: config.member } });
  const now = () => new Date();
  const node = await compose(config, {
    now,
    newId: createNewId(now),
    logger,
    onBroken: (problem) => {
      logger.fatal(
        { code: problem.code, facts: problem.facts },
        'what this process signed is not, or may not be, in the store: it ends',
      );
      process.exit(1);
    },
  });
  const listening = await open(node, config).catch(async (error: unknown) => {
    await node.close();
    throw error;
  });
  const { server, url } = listening;
  const reloads = reloadsOf(node, listening);
  process.on('SIGHUP', () => void reloadAll(reloads, logger));
  const jobs = startJobs(node);
  await node.work.resume();
  node.federation.whenOpen(() => node.journals.issue().then(() => node.work.retry()));
  void node.federation.unlock().catch((error: unknown) => logger.error({ err: error }, 'not unlocked yet')); // its job goes on
  void beginRounds(node).catch((error: unknown) => logger.error({ err: error }, 'first round failed'));
  logger.info({ url, ...(node.tls && { certificate: node.tls.current().certificate }) }, 'serving');

  const stopped = new Promise<void>((resolve, reject) => {
    const stop = (signal: string) => {
      logger.info({ signal }, 'stopping');
      Promise.all([jobs.stop(), shut(server)])
        .then(() => node.close())
        .then(resolve, reject);
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
  return { node, url, stopped };
}

/** A round with everyone, and what there is to be alarmed of once we know how things are. */
async function beginRounds({ federation, alarms, webhook }: Node): Promise<void> {
  await federation.pullAll();
  await alarms.evaluate();
  await webhook.deliver();
}

/** Puts in order what an earlier process left, and listens. */
async function open(node: Node, config: Config) {
  await node.federation.start();
  await node.imports.discardAbandoned();
  const { tls } = node;
  const { endedBy, clientCertificates } = config.tls ?? {};
  if (!tls || endedBy === 'proxy') return listen(node.app, config.listen);
  return listen(node.app, config.listen, { pair: tls.current(), asks: clientCertificates === 'pinned' });
}

/** What SIGHUP reads again. */
function reloadsOf({ tls }: Node, { server }: Listening): Reloads {
  return {
    ...(tls && {
      certificate: async () => {
        const { cert, key, certificate } = await tls.reload();
        showCertificate(server, { cert, key });
        return certificate;
      },
    }),
  };
}

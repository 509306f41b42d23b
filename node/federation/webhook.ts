/**
 * Alarms on their way to one address of the operator's choice. A message is a JSON document in its RFC 8785 form; the
 * header `huxin-signature` is a JWS over it with detached content (RFC 7515 appendix F), made with the node's bulletin key
 * (`typ: huxin-alarm+jws`), so that whoever holds the agreement can check who says it. Messages wait in the store until
 * they were taken: each is sent again, later and later, with one and the same id, for three days.
 */

import { utf8 } from '../base/bytes.ts';
import { canonicalText } from '../base/canonical.ts';
import { signCompact } from '../base/jws.ts';
import type { Fetch, Logger, NewId, Now, Signer } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant, toNumericDate } from '../base/time.ts';
import type { AlarmEvent, ShownAlarm } from './alarms.ts';

const alarmTyp = 'huxin-alarm+jws';

/** A message that waits, or what became of it. */
export interface Delivery {
  id: string;
  /** Of the alarm that it is about; absent of a test. */
  alarm?: string;
  event: AlarmEvent | 'test';
  /** The document as it is sent. */
  text: string;
  tries: number;
  /** Instant before which it is not sent; moved on by whoever sends it. */
  nextTryAt: string;
  /** When it was taken, or given up. */
  toldAt?: string;
  gaveUpAt?: string;
  lastError?: string;
}

export interface DeliveryStore {
  putDelivery(delivery: Delivery): Promise<void>;
  /** Neither taken nor given up, in the order in which they were made. */
  listWaiting(limit: number): Promise<Delivery[]>;
  countWaiting(): Promise<number>;
  /** Moves its next try on, unless somebody else did: then false. */
  claimDelivery(id: string, nextTryAt: string, to: string): Promise<boolean>;
  /** What became of a try. */
  putTry(delivery: Delivery): Promise<void>;
  /** Forgets what was taken or given up before that instant. */
  forgetDeliveries(before: string): Promise<void>;
}

export type Webhook = ReturnType<typeof createWebhook>;

const atOnce = 50;
const firstDelayMs = 10_000;
const greatestDelayMs = 3_600_000;
const patienceMs = 3 * 24 * 3_600_000;
const leaseMs = 60_000; // of one try; the way out ends sooner
const keptMs = 30 * 24 * 3_600_000;

export function createWebhook({
  store,
  url,
  member,
  issuer,
  key,
  fetch,
  now,
  newId,
  logger,
}: {
  store: { deliveries: DeliveryStore };
  /** Where to; without one nothing is kept to be sent. */
  url?: string;
  member: string;
  issuer: string;
  /** The bulletin key in use. */
  key: () => Promise<{ signer: Signer; kid: string }>;
  fetch: Fetch;
  now: Now;
  newId: NewId;
  logger: Logger;
}) {
  /** @param event of `alarm`; a test has none */
  function compose(event: Delivery['event'], alarm?: ShownAlarm): Delivery {
    const id = newId();
    const at = now();
    const node = { member, issuer };
    const text = canonicalText({ id, event, iat: toNumericDate(at), node, ...(alarm && { alarm }) });
    return { id, ...(alarm && { alarm: alarm.id }), event, text, tries: 0, nextTryAt: formatInstant(at) };
  }

  /** Undefined when it was taken, else why not. */
  async function post(address: string, { id, text }: Delivery): Promise<string | undefined> {
    const { signer, kid } = await key();
    const [header, , signature] = (await signCompact(signer, kid, alarmTyp, JSON.parse(text))).split('.');
    const headers = {
      'content-type': 'application/json',
      'huxin-delivery': id,
      'huxin-signature': `${header}..${signature}`,
    };
    try {
      const { status } = await fetch(address, { method: 'POST', headers, body: utf8(text) });
      return status >= 200 && status < 300 ? undefined : `HTTP ${status}`;
    } catch (error) {
      const { code } = error as { code?: unknown };
      return typeof code === 'string' ? code : 'unknown';
    }
  }

  /** One try. Whatever comes of it is kept. */
  async function send(address: string, delivery: Delivery): Promise<Delivery> {
    const lastError = await post(address, delivery);
    const at = now();
    const tries = delivery.tries + 1;
    const began = Number((JSON.parse(delivery.text) as { iat: number }).iat) * 1000; // our own text
    const isOver = lastError !== undefined && at.getTime() - began > patienceMs;
    const tried: Delivery = {
      ...delivery,
      tries,
      nextTryAt: formatInstant(new Date(at.getTime() + delayAfter(tries))),
      ...(lastError === undefined && { toldAt: formatInstant(at) }),
      ...(isOver && { gaveUpAt: formatInstant(at) }),
      ...(lastError !== undefined && { lastError }),
    };
    await store.deliveries.putTry(tried);
    const facts = { delivery: delivery.id, event: delivery.event, tries };
    if (isOver) logger.error({ ...facts, reason: lastError }, 'the webhook did not take an alarm: given up');
    else if (lastError !== undefined)
      logger.warn({ ...facts, reason: lastError, nextTryAt: tried.nextTryAt }, 'the webhook did not take an alarm');
    else logger.debug(facts, 'the webhook took an alarm');
    return tried;
  }

  return {
    /** Keeps the news to be sent. Stands in the transaction that keeps the alarm. */
    async tell(within: { deliveries: DeliveryStore }, event: AlarmEvent, alarm: ShownAlarm): Promise<void> {
      if (url !== undefined) await within.deliveries.putDelivery(compose(event, alarm));
    },

    /** Sends what is due. What an alarm's clearing says waits until its raising was told, or given up. */
    async deliver(): Promise<void> {
      if (url === undefined) return;
      const waiting = await store.deliveries.listWaiting(atOnce);
      const held = new Set<string>();
      for (const delivery of waiting) {
        const { id, alarm, nextTryAt } = delivery;
        const isHeld = alarm !== undefined && held.has(alarm);
        if (alarm !== undefined) held.add(alarm);
        const at = now();
        if (isHeld || nextTryAt > formatInstant(at)) continue;
        const lease = formatInstant(new Date(at.getTime() + leaseMs));
        if (!(await store.deliveries.claimDelivery(id, nextTryAt, lease))) continue;
        const { toldAt, gaveUpAt } = await send(url, delivery);
        if (alarm !== undefined && (toldAt ?? gaveUpAt) !== undefined) held.delete(alarm);
      }
    },

    /**
     * Sends a message that is about nothing, once, now.
     *
     * @returns its id
     * @throws {Problem} webhook/not-configured, webhook/not-taken
     */
    async test(): Promise<{ id: string }> {
      if (url === undefined) throw new Problem('webhook/not-configured');
      const delivery = compose('test');
      const reason = await post(url, delivery);
      if (reason !== undefined) throw new Problem('webhook/not-taken', { reason });
      return { id: delivery.id };
    },

    /** How many messages wait; none where nothing is sent any more. */
    countWaiting: async () => (url === undefined ? 0 : store.deliveries.countWaiting()),

    /** Forgets messages that were taken, or given up, a month ago. */
    async prune(): Promise<void> {
      await store.deliveries.forgetDeliveries(formatInstant(new Date(now().getTime() - keptMs)));
    },
  };
}

/** Doubling from ten seconds, an hour at most. */
function delayAfter(tries: number): number {
  return Math.min(firstDelayMs * 2 ** Math.min(tries - 1, 20), greatestDelayMs);
}

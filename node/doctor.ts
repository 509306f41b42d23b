/** `huxin doctor` while the node runs: what it can see of itself and of the others from inside. */

import type { Member } from './agreement/agreement.ts';
import type { Agreements, LiveVersion } from './agreement/agreements.ts';
import { schemaDigest } from './agreement/schema-digest.ts';
import type { Calendar } from './base/calendar.ts';
import type { Fetch, Now } from './base/ports.ts';
import { formatInstant } from './base/time.ts';
import { bulletinTypes } from './bulletin/catalogue.ts';
import type { Config } from './config.ts';
import { hash } from './crypto.ts';
import { examineMembers, readPublicPage } from './doctor-calls.ts';
import {
  examine,
  examineCertificate,
  examineKeys,
  examinePending,
  examineRuntime,
  examineStore,
} from './doctor-probes.ts';
import type { ShownAlarm } from './federation/alarms.ts';
import { decideAlarms } from './federation/check-alarms.ts';
import { decideHolidays } from './federation/check-machine.ts';
import { decideAgreement } from './federation/check-node.ts';
import { decideClock, decideExchange, decideHeard } from './federation/check-peers.ts';
import { decidePins } from './federation/check-pins.ts';
import { type Check, type CheckUp, inOrder, type Verdict } from './federation/check-up.ts';
import type { Client } from './federation/client.ts';
import type { LastCalls } from './federation/last-calls.ts';
import type { Laws } from './federation/law.ts';
import type { PeerReport, ReportPeers } from './federation/report.ts';
import type { DeliveryStore } from './federation/webhook.ts';
import type { LogStore } from './log/ports.ts';

export interface DoctorNeeds {
  config: Config;
  schemas: ReadonlyMap<string, object>;
  rules: { calendar: Calendar };
  agreements: Agreements;
  version: LiveVersion;
  /** Our own entry in the agreement. */
  self: Member;
  store: { log: LogStore; deliveries: Pick<DeliveryStore, 'countWaiting'> };
  alarms: { list(which: { all: boolean; limit: number }): Promise<ShownAlarm[]> };
  laws: Laws;
  reportPeers: ReportPeers;
  lastCalls: LastCalls;
  fetch: Fetch;
  clientOf: (member: Member) => Client;
  now: Now;
}

export interface Doctor {
  examine(): Promise<CheckUp>;
}

export function createDoctor(needs: DoctorNeeds): Doctor {
  const { config, schemas, rules, agreements, version, self, reportPeers, fetch, clientOf, now } = needs;

  async function examineAgreement(): Promise<Check[]> {
    const { agreement } = version;
    const own = () => examine('agreement', () => [decideAgreement(agreement, now(), missingTypes(agreement, schemas))]);
    return [
      ...(await own()),
      ...(await examinePending(agreements, now)),
      ...(await examine('agreement', () => adopted(needs))),
    ];
  }

  /** Our own address, as everyone else calls it. */
  async function callOurselves(): Promise<Verdict[]> {
    const { id: member, endpoint, origin } = self;
    const cure = {
      zh: '核对反向代理、域名和证书；若本机不能从外面绕回自己，请在别的机器上试',
      en: 'check proxy, name and certificate; where a machine cannot call itself from outside, try from another one',
    };
    try {
      const { says } = await readPublicPage({ member, endpoint, fetch, now });
      if (says.member === member && says.origin === origin)
        return [{ grade: 'ok', found: { zh: `${endpoint} 通到本节点`, en: `${endpoint} leads to this node` } }];
      const found = {
        zh: `${endpoint} 通到别的节点（自称 ${String(says.member)}）`,
        en: `${endpoint} leads to another node; it says ${String(says.member)}`,
      };
      return [{ grade: 'problem', found, cure }];
    } catch {
      const found = { zh: `从本机到不了我方的 ${endpoint}`, en: `our ${endpoint} is not reached from this machine` };
      return [{ grade: 'warning', found, cure }];
    }
  }

  async function examineAlarms(): Promise<Verdict[]> {
    const webhook =
      config.webhook.url === undefined ? undefined : { waiting: await needs.store.deliveries.countWaiting() };
    return decideAlarms(await needs.alarms.list({ all: false, limit: 0 }), webhook);
  }

  function checkPeer(peer: PeerReport, at: string): Check[] {
    const { lastCalls } = needs;
    const { member, name, ours } = peer;
    const calledAt = lastCalls.lastOf(member);
    const heard = decideHeard({
      ...{ member, name, since: lastCalls.since, now: at },
      ...(calledAt !== undefined && { calledAt }),
      ...(ours.cosigned && { cosignedAt: ours.cosigned.at }),
    });
    return [{ about: 'calls-in', member, ...heard }, ...decideExchange(peer, at, version.agreement.exchange.alarms)];
  }

  return {
    async examine() {
      const at = formatInstant(now());
      const { agreement, digest } = version;
      const { certificatePins = [] } = agreement.members.find(({ id }) => id === self.id) ?? self;
      const [members, own, peers] = await Promise.all([
        examineMembers({ agreement, digest, me: self.id, fetch, clientOf, now }),
        Promise.all([
          examineRuntime(),
          examineKeys(config),
          examineAgreement(),
          examineStore(config, true),
          examineCertificate(config, certificatePins, now),
          examine('certificate', () => decidePins({ members: agreement.members, me: self.id, tls: config.tls })),
          examine('address', callOurselves),
          examine('alarms', examineAlarms),
          examine('holidays', () => [decideHolidays(rules.calendar.years, now())]),
        ]),
        reportPeers(),
      ]);
      const clock = decideClock(members.offsets, agreement.exchange.alarms.clockSkewSeconds);
      const checks = [...own.flat(), ...clock, ...members.checks, ...peers.flatMap((peer) => checkPeer(peer, at))];
      return { at, checks: inOrder(checks) };
    },
  };
}

/** Types of the agreement whose schema we do not have. */
export function missingTypes({ catalogue }: LiveVersion['agreement'], schemas: ReadonlyMap<string, object>): string[] {
  const known = bulletinTypes
    .flatMap(({ schema }) => schemas.get(schema) ?? [])
    .map((schema) => schemaDigest(schema, hash));
  return catalogue.filter(({ schema }) => !known.includes(schema)).map(({ type }) => type);
}

/** Whether our own log has adopted the version that binds us. */
async function adopted({ store, laws, self, version }: DoctorNeeds): Promise<Verdict[]> {
  const log = await store.log.findLog(self.origin);
  const governing = log && (await laws.governing(store.log, log));
  if (governing?.digest === version.digest) return [];
  const { version: number } = version.agreement;
  return [
    {
      grade: 'warning',
      found: {
        zh: `本节点的日志尚未采用第 ${number} 版协议`,
        en: `our log has not adopted version ${number} of the agreement`,
      },
      cure: {
        zh: '到生效日节点自己会采用；若已过，请看节点的日志',
        en: 'the node adopts it by itself on its first day; if that has passed, look into what the node logs',
      },
    },
  ];
}

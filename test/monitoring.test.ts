/** Dashboard, rules and the page about them against what a node really says. What promtool checks, `scripts/test` runs. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alarmCodes } from '../node/federation/alarm.ts';
import { alarmWords } from '../node/federation/alarm-words.ts';
import { type Network, openNetwork } from './support/network.ts';
import { importPenalties } from './support/penalties.ts';
import { type Scraped, samplesOf } from './support/scrape.ts';

interface Panel {
  type: string;
  title: string;
  targets?: { expr: string }[];
}
interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

const read = (file: string) => readFileSync(file, 'utf8');
const { panels } = JSON.parse(read('config/monitoring/dashboard.json')) as { panels: Panel[] };
const rules = (parse(read('config/monitoring/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const tests = read('config/monitoring/alerts.test.yaml');
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];

/** Labels that Prometheus adds, and metrics that are its own. */
const ofPrometheus = { labels: ['job', 'instance', 'le'], metrics: ['up'] };
const namePattern = /\b(?:huxin|process|nodejs)_[a-z0-9_]+|\bup(?=\{)/g;

let network: Network;
let text: string;
let samples: Scraped[];

beforeAll(async () => {
  network = await openNetwork({ running: ['310000', '320000'], config: { metrics: { open: true } } });
  await importPenalties(network.node('310000'), 0, 2);
  await network.exchange();
  const { node, url } = network.node('310000');
  await node.metrics.timed('pull', async () => undefined);
  await node.metrics.timed('pull', () => Promise.reject(new Error('no'))).catch(() => undefined);
  await fetch(`${url}/healthz`);
  text = await (await fetch(`${url}/metrics`)).text();
  samples = samplesOf(text);
});
afterAll(() => network.close());

/** Every name that may stand in an expression, a histogram's three among them. */
function namesOf(scraped: string): string[] {
  const types = [...scraped.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return types.flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  );
}

describe('the dashboard and the rules', () => {
  it('are found', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(expressions.length).toBeGreaterThan(40);
  });

  it('name metrics that a node says', () => {
    const known = [...namesOf(text), ...ofPrometheus.metrics];
    const named = expressions.flatMap((expr) => [...expr.matchAll(namePattern)].map(([name]) => name));
    expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(25);
  });

  it('select by labels, and values of labels, that a node says', () => {
    const strange = expressions.flatMap((expr) =>
      [...expr.matchAll(/([a-z_0-9]+)\{([^}]*)\}/g)].flatMap(([, name = '', inner = '']) =>
        [...inner.matchAll(/(\w+)="([^"]*)"/g)].flatMap(([, label = '', value]) => {
          if (ofPrometheus.labels.includes(label)) return [];
          const here = samples.filter((one) => one.name === name).map(({ labels }) => labels[label]);
          const isRare = label === 'status' || label === 'task'; // only what happened is counted
          return here.includes(value) || (isRare && here.some((one) => one !== undefined))
            ? []
            : [`${name}{${label}="${value}"}`];
        }),
      ),
    );
    expect(strange).toEqual([]);
  });

  it('show every metric of ours, and leave none without a panel or a rule', () => {
    const all = [...text.matchAll(/^# TYPE (huxin_\S+) /gm)].map(([, name = '']) => name);
    expect(all.filter((name) => !expressions.some((expr) => expr.includes(name)))).toEqual([]);
  });

  it('do not use labels that are Prometheus’s own', () => {
    const ours = new Set(samples.flatMap(({ labels }) => Object.keys(labels)));
    expect(['job', 'instance'].filter((label) => ours.has(label))).toEqual([]);
  });

  it('speak both languages', () => {
    const titles = panels.map(({ title }) => title);
    const said = rules.flatMap(({ annotations: { summary, description } }) => [summary, description]);
    for (const words of [...titles, ...said]) expect(words).toMatch(/\p{Script=Han}.* · .*[A-Za-z]/u);
  });
});

describe('every rule', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s has a severity and a test', (name, { labels }) => {
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(tests).toContain(name);
  });
});

describe.each([
  ['docs/monitoring.md', 'en'],
  ['docs/monitoring.zh-CN.md', 'zh'],
] as const)('%s', (file, language) => {
  const page = read(file);

  it('tells of every metric', () => {
    const all = [...text.matchAll(/^# TYPE (huxin_\S+) /gm)].map(([, name = '']) => name);
    expect(all.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const told = [...page.matchAll(/`(huxin_[a-z_]+)`/g)].map(([, name = '']) => name);
    expect(told.filter((name) => !all.includes(name))).toEqual([]);
  });

  it('tells of every alarm, as grave as it is and with its cure', () => {
    for (const code of alarmCodes) {
      const { severity, cure } = alarmWords[code];
      const grave = { zh: { critical: '严重', warning: '注意' }, en: { critical: 'critical', warning: 'warning' } };
      const row = page.split('\n').find((line) => line.startsWith(`| \`${code}\` | ${grave[language][severity]} |`));
      expect(row, code).toContain(cure[language]);
    }
  });

  it('tells of every rule', () => {
    expect(rules.filter(({ alert }) => !page.includes(`\`${alert}\``)).map(({ alert }) => alert)).toEqual([]);
  });
});

/** Alarms of a real process: to the log, the webhook, the command line and the metrics, once, through a kill. */

import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import type { ShownAlarm } from '../../node/federation/alarms.ts';
import { runCli } from '../support/cli.ts';
import { type Places, preparePlaces } from '../support/places.ts';
import { openReceiver, type Receiver, verifyReceived } from '../support/receiver.ts';
import { sampleOf, samplesOf } from '../support/scrape.ts';
import { until } from '../support/until.ts';

const shanghai = '310000';
let places: Places;
let receiver: Receiver;

afterEach(async () => {
  await places.close();
  await receiver.close();
});

/** Of the disk, in the order in which the receiver was told. */
function told(): string[] {
  const disk = receiver.received.filter(({ message }) => message.alarm?.code === 'alarm/disk-low');
  return disk.map(({ message: { event, alarm } }) => `${event} ${alarm?.about}`);
}

it('a disk that has too little room is told once, though the receiver fails and the process is killed, and clears by itself', async () => {
  receiver = await openReceiver();
  receiver.answers.push(...Array.from({ length: 3 }, () => 500)); // for both disks, and the log key unlocked by order
  const settings = { webhook: { url: receiver.url }, alarms: { diskFreeMib: 1024 * 1024 }, metrics: { open: true } };
  places = await preparePlaces({ configure: () => settings });
  const place = places.place(shanghai);
  const token = await place.createToken('operator');
  const first = await place.start();
  const failed = () => first.lines().filter(({ msg }) => msg.includes('did not take an alarm')).length;
  await until('it was told of all three', () => failed() >= 3);
  expect(first.lines().map(({ msg }) => msg)).toContain('alarm raised');
  await first.kill();

  const environment = { node: place.url, token, locale: 'en_GB' };
  const second = await place.start();
  await until('both were taken', () => receiver.answers.length === 0 && told().length >= 4);
  const { out } = await runCli(['alarms', '--json'], { environment });
  const { alarms } = JSON.parse(out) as { alarms: ShownAlarm[] };
  expect(alarms.filter(({ code }) => code === 'alarm/disk-low').map(({ about }) => about)).toEqual([
    'database',
    'erasures',
  ]);
  const samples = samplesOf(await (await fetch(`${place.url}/metrics`)).text());
  expect(sampleOf(samples, 'huxin_alarms', { code: 'alarm/disk-low' })).toBe(2);
  expect(second.lines().map(({ msg }) => msg)).not.toContain('alarm raised');
  await second.stop();

  const config = JSON.parse(await readFile(place.configFile, 'utf8')) as typeof settings;
  await writeFile(place.configFile, JSON.stringify({ ...config, alarms: { diskFreeMib: 1 } }));
  await place.start();
  await until('both are over', () => new Set(told().filter((one) => one.startsWith('cleared'))).size === 2);
  const ids = new Map(receiver.received.map((one) => [one.id, one]));
  const events = [...ids.values()].flatMap(({ message: { event, alarm } }) =>
    alarm?.code === 'alarm/disk-low' ? [`${event} ${alarm.about}`] : [],
  );
  expect(events.sort()).toEqual(['cleared database', 'cleared erasures', 'raised database', 'raised erasures']);
  for (const one of ids.values()) await verifyReceived(one, place.member);
  expect((await runCli(['alarms', 'test'], { environment })).out).toContain('The webhook took the message');
}, 900_000);

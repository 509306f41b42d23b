/**
 * What an operator must be told, as codes. An alarm stands as long as its cause does: when one does is `decide-alarms.ts`,
 * what is said of it `alarm-words.ts`, who is told `alarms.ts` and `webhook.ts`.
 */

export const alarmCodes = [
  'alarm/withheld',
  'alarm/withheld-by-us',
  'alarm/fork',
  'alarm/shrunk',
  'alarm/signed-twice',
  'alarm/unreadable-agreement',
  'alarm/own-log-ahead',
  'alarm/log-locked',
  'alarm/log-overridden',
  'alarm/behind',
  'alarm/peer-behind',
  'alarm/no-round',
  'alarm/unreceipted',
  'alarm/cosignature-old',
  'alarm/cosigning-late',
  'alarm/outside-witness-late',
  'alarm/clock-skew',
  'alarm/future-iat',
  'alarm/volume',
  'alarm/overdue',
  'alarm/disk-low',
  'alarm/certificate-ending',
] as const;

export type AlarmCode = (typeof alarmCodes)[number];

export type AlarmFacts = Readonly<Record<string, string | number>>;

/** One thing that is wrong now. Code and `about` tell it from every other. */
export interface Alarm {
  code: AlarmCode;
  /** A member's id, a disk, a certificate; empty for the node itself. */
  about: string;
  facts: AlarmFacts;
}

/** An alarm as it is kept: while `clearedAt` is absent, it stands. */
export interface HeldAlarm extends Alarm {
  id: string;
  raisedAt: string;
  clearedAt?: string;
}

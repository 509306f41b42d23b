/**
 * What `huxin doctor` finds: shapes and order. What is to be made of what the probes (`doctor-probes.ts`) measured is decided in
 * `check-machine.ts`, `check-node.ts` and `check-peers.ts`.
 */

import type { Sentence } from '../base/sentences.ts';

/** `unknown`: it could not be found out. */
export type Grade = 'ok' | 'warning' | 'problem' | 'unknown';

const subjects = [
  'configuration',
  'runtime',
  'keys',
  'agreement',
  'store',
  'disk',
  'certificate',
  'address',
  'clock',
  'calls-out',
  'calls-in',
  'log',
  'alarms',
  'holidays',
] as const;

export type Subject = (typeof subjects)[number];

export interface Verdict {
  grade: Grade;
  found: Sentence;
  /** What to do. */
  cure?: Sentence;
}

export interface Check extends Verdict {
  about: Subject;
  /** Id of the member that it is about, where it is about one. */
  member?: string;
}

export interface CheckUp {
  /** Instant. */
  at: string;
  checks: Check[];
}

const grades: readonly Grade[] = ['problem', 'warning', 'unknown', 'ok'];

/** Worst first, else in the order of the subjects. */
export function inOrder(checks: readonly Check[]): Check[] {
  const key = ({ grade, about }: Check) => grades.indexOf(grade) * subjects.length + subjects.indexOf(about);
  return checks
    .map((check, i) => ({ check, i }))
    .sort((a, b) => key(a.check) - key(b.check) || a.i - b.i)
    .map(({ check }) => check);
}

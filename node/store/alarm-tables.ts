/** Alarms in tables: their messages, and the clocks and sizes that they are judged by. */

/** An alarm: it stands while `cleared_at` is null, of one code about one thing once. */
export interface AlarmTable {
  id: string;
  code: string;
  about: string;
  /** JSON. */
  facts: string;
  raised_at: string;
  cleared_at: string | null;
}

/** A message about an alarm on its way to the webhook. */
export interface DeliveryTable {
  id: string;
  /** Null of a test. */
  alarm: string | null;
  event: string;
  /** The document as it is sent. */
  message: string;
  tries: number;
  next_try_at: string;
  /** When it was taken, or given up; null while it waits. */
  ended_at: string | null;
  /** 1 when it was taken. */
  taken: number;
  last_error: string | null;
}

/** How far a member's clock is ahead of ours, as its newest answers showed. */
export interface ClockTable {
  member: string;
  seconds: number;
  at: string;
}

/** How long a log was at the end of a day, or is so far today. */
export interface LogSizeTable {
  log: number;
  day: string;
  size: number;
}

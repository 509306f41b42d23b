/** 措施反馈: what a member did on account of another member's record, within the measures that the agreement lists. */

import type { Organisation } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';
import type { Measure } from './dishonesty.ts';

export interface MeasureFeedback {
  /** The record: `310000.019d…`. */
  record: string;
  measures: Measure[];
  takenOn: string;
  authority: Organisation;
  /** The last day of the measures. */
  until?: string;
  result?: string;
  remarks?: string;
}

export const measureFeedback: BulletinType<MeasureFeedback> = {
  name: 'measure-feedback',
  event: 'urn:huxin:bulletin:measure-feedback:1',
  schema: 'bulletin/measure-feedback',
  kind: 'marks',
  freeText: ['authority.name', 'result', 'remarks'],
  decidedOn: (body) => body.takenOn,
};

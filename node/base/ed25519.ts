/**
 * Which 32 bytes are taken as an Ed25519 key (RFC 8032 §5.1.5): one spelling of a point, and none of the eight of small
 * order, under which one signature is right for many messages, and libraries disagree which. Whether they are a point of
 * the curve at all is for whoever verifies.
 */

import { formatHex } from './bytes.ts';

/** 2^255 − 19, little-endian: a coordinate is below it. */
const fieldEnd = `ed${'ff'.repeat(30)}7f`;

/** The `y` of the points of small order, without the sign of `x`: of order 1, 2, 4, and twice of order 8. */
const smallOrder = new Set([
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
]);

export function isEd25519Key(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const y = Uint8Array.from(bytes);
  y[31] = (bytes[31] as number) & 0x7f; // the highest bit is the sign of `x`
  const text = formatHex(y);
  const isBelow = text.slice(2) < fieldEnd.slice(2) || text < fieldEnd; // all but the lowest byte are as high as they can be
  return isBelow && !smallOrder.has(text);
}

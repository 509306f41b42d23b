/** Loaded before a node: its clock is off by the seconds that stand in the file `offset` names. */

import { readFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('offset');
const Real = Date;
let offsetMs = read();

function read() {
  return Number(readFileSync(file, 'utf8')) * 1000;
}

setInterval(() => {
  offsetMs = read();
}, 20).unref();

globalThis.Date = class Shifted extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + offsetMs);
    else super(...given);
  }

  static now() {
    return Real.now() + offsetMs;
  }
};

/** An evidence file on its way from a node: to a file that is whole or not there, or to stdout. */

import { Problem } from '../base/problem.ts';
import type { Claim } from '../evidence/evidence.ts';
import { writeWholeFrom } from './files.ts';
import type { Terminal } from './terminal.ts';

const headBytes = 4096; // the claim stands on the second line
const told = 256 * 1024;

/** @returns the file's beginning, and how large it is */
export async function saveEvidence(
  terminal: Terminal,
  out: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ head: string; bytes: number }> {
  let head = '';
  let bytes = 0;
  const bar = terminal.progress({ zh: '证据（KB）', en: 'evidence (KB)' }, 0);
  const start = new TextDecoder();
  async function* counted() {
    let last = 0;
    for await (const piece of pieces) {
      if (head.length < headBytes) head += start.decode(piece, { stream: true });
      bytes += piece.length;
      if (bytes - last >= told) {
        bar.update(Math.floor(bytes / 1024));
        last = bytes;
      }
      yield piece;
    }
  }
  try {
    if (out === '-') await print(terminal, counted());
    else await writeWholeFrom(out, counted());
  } finally {
    bar.stop();
  }
  return { head, bytes };
}

/** The claim of a file that begins so. @throws {Problem} node/bad-answer when there is none */
export function claimIn(head: string): Claim {
  const [, line = ''] = head.split('\n');
  try {
    const { claim } = JSON.parse(`{${line.slice(0, -1)}}`) as { claim?: Claim };
    if (claim) return claim;
  } catch {
    // said below
  }
  throw new Problem('node/bad-answer', { reason: 'no evidence file' });
}

async function print(terminal: Terminal, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of pieces) terminal.write(decoder.decode(piece, { stream: true }));
}

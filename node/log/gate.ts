/**
 * Whether our log key may sign. Shut from the start of a process, and after the store was lost, until the other members
 * have said how much of our log they hold (docs/protocol.md, When things go wrong). Who asks them is `federation/unlock.ts`.
 */

import { Problem } from '../base/problem.ts';

export interface Gate {
  isOpen(): boolean;
  /** @throws {Problem} log/locked while it is shut */
  check(): void;
  open(): void;
  /** Shuts it, for whatever reason: everyone is asked anew. */
  shut(): void;
  /** How often it was shut: what was learned before counts no more. */
  readonly turn: number;
}

export function createGate(): Gate {
  let isOpen = false;
  let turn = 0;
  return {
    isOpen: () => isOpen,
    check() {
      if (!isOpen) throw new Problem('log/locked');
    },
    open() {
      isOpen = true;
    },
    shut() {
      isOpen = false;
      turn++;
    },
    get turn() {
      return turn;
    },
  };
}

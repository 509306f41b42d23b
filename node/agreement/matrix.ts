/**
 * Who may send what to whom, and what for, at a glance: for each type a square of senders and receivers, each cell marked
 * with the terms that hold there. Types of one kind with the same square share it.
 */

import type { BulletinKind } from '../bulletin/bulletin.ts';
import type { Agreement, Bilingual, CatalogueEntry, Flow, Purpose } from './agreement.ts';
import { kindOf, passagesOf } from './passages.ts';

export interface Matrix {
  members: { id: string; name: Bilingual }[];
  /** What the marks stand for, in the order in which they first occur. */
  terms: MatrixTerms[];
  squares: MatrixSquare[];
  /** Types that are owed to every member and need no flow: receipts, and what governs a log. */
  owedToAll: string[];
}

/** What a receiver may use a bulletin for, and what is left out of it. */
export interface MatrixTerms {
  /** `A`, `B`, …, `Z`, `AA`, … */
  mark: string;
  purposes: Purpose[];
  /** Members of the body; none as a rule. */
  omit: string[];
}

export interface MatrixSquare {
  kind: BulletinKind | undefined;
  types: Pick<CatalogueEntry, 'type' | 'publishWithinWorkingDays' | 'retentionYears'>[];
  /** By sender, then by receiver, both in the order of `members`: a mark, or nothing. */
  cells: (string | undefined)[][];
  /** The mark of all cells, where every member sends to every other under the same terms. */
  everywhere?: string;
}

export function buildMatrix(agreement: Pick<Agreement, 'members' | 'catalogue' | 'purposes'>): Matrix {
  const ids = agreement.members.map(({ id }) => id);
  const terms = new Map<string, MatrixTerms>();
  const markOf = (flow: Flow) => {
    const purposes = agreement.purposes.filter(({ id }) => flow.purposes.includes(id));
    const omit = [...(flow.omit ?? [])].sort();
    const name = JSON.stringify([purposes.map(({ id }) => id), omit]);
    const known = terms.get(name) ?? { mark: formatMark(terms.size), purposes, omit };
    terms.set(name, known);
    return known.mark;
  };
  const squares = new Map<string, MatrixSquare>();
  for (const entry of agreement.catalogue.filter(({ flows }) => flows.length > 0)) {
    const { type, flows: _, schema: __, naturalPersons: ___, ...limits } = entry;
    const marks = new Map<string, string>();
    for (const { from, to, flow } of passagesOf({ ...agreement, catalogue: [entry] }))
      marks.set(`${from} ${to}`, markOf(flow));
    const cells = ids.map((from) => ids.map((to) => marks.get(`${from} ${to}`)));
    const kind = kindOf(entry);
    const name = JSON.stringify([kind, cells]);
    const square = squares.get(name) ?? { kind, types: [], cells };
    square.types.push({ type, ...limits });
    squares.set(name, square);
  }
  return {
    members: agreement.members.map(({ id, name }) => ({ id, name })),
    terms: [...terms.values()],
    squares: [...squares.values()].map((square) => ({ ...square, ...uniform(square) })),
    owedToAll: agreement.catalogue.filter(({ flows }) => flows.length === 0).map(({ type }) => type),
  };
}

function uniform({ cells }: MatrixSquare): { everywhere?: string } {
  const marks = new Set(cells.flatMap((row, i) => row.filter((_, k) => i !== k)));
  const [mark] = marks;
  return marks.size === 1 && mark !== undefined ? { everywhere: mark } : {};
}

/** 0 → `A`, 25 → `Z`, 26 → `AA`. */
function formatMark(number: number): string {
  const last = String.fromCharCode(65 + (number % 26));
  return number < 26 ? last : formatMark(Math.floor(number / 26) - 1) + last;
}

/**
 * `stateTerms` for the many rows of a spreadsheet: rows that no rule pack can tell apart are reckoned once. Pure, but for
 * what it remembers.
 */

import type { RulePack, Rules } from './rules.ts';
import { openingOf, stateTerms } from './terms.ts';

type Body = Record<string, unknown>;

const mostKnown = 10_000;

/** Gives the body what the packs say where it is silent, as `stateTerms` does. */
export function createStating(rules: Rules, type: string): (body: Body) => Body {
  const tested = [...new Set(rules.packs.flatMap(membersTested))];
  const known = new Map<string, { own: Body; publicity: Body }>();
  return (body) => {
    const { decidedOn, authority } = openingOf(type, body);
    const { publicity, severity, rulePack, retainUntil } = body;
    const told = tested.map((member) => body[member]);
    const key = JSON.stringify([decidedOn, authority, publicity, severity, rulePack, retainUntil, told]);
    let stated = known.get(key);
    if (!stated) {
      stated = pickStated(stateTerms(rules, type, body));
      if (known.size >= mostKnown) known.clear();
      known.set(key, stated);
    }
    const { own, publicity: term } = stated;
    return Object.assign({}, own, body, term); // spreading takes fifty times as long
  };
}

/** The members of a body that a pack's conditions look at. */
function membersTested({ claims, grading = [], publicity = [], repair = [], retention = [] }: RulePack): string[] {
  return [...claims, ...grading, ...publicity, ...repair, ...retention].flatMap(({ when = {} }) => Object.keys(when));
}

/** What is stated where the body is silent, and the publicity, which is stated beside what the body says of it. */
function pickStated({ rulePack, severity, retainUntil, publicity }: Body): { own: Body; publicity: Body } {
  const said = (stated: Body) => Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  return { own: said({ rulePack, severity, retainUntil }), publicity: said({ publicity }) };
}

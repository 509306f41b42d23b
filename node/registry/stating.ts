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
  const known = new Map<string, Body>();
  return (body) => {
    const { decidedOn, authority } = openingOf(type, body);
    const { publicity, severity, rulePack, retainUntil } = body;
    const told = tested.map((member) => body[member]);
    const key = JSON.stringify([decidedOn, authority, publicity, severity, rulePack, retainUntil, told]);
    const stated = known.get(key) ?? pickStated(stateTerms(rules, type, body));
    if (known.size >= mostKnown) known.clear();
    known.set(key, stated);
    return { ...stated, ...body, ...('publicity' in stated && { publicity: stated.publicity }) };
  };
}

/** The members of a body that a pack's conditions look at. */
function membersTested({ claims, grading = [], publicity = [], repair = [], retention = [] }: RulePack): string[] {
  return [...claims, ...grading, ...publicity, ...repair, ...retention].flatMap(({ when = {} }) => Object.keys(when));
}

function pickStated({ rulePack, severity, retainUntil, publicity }: Body): Body {
  const stated = { rulePack, severity, retainUntil, publicity };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}

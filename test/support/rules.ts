/** The rule packs and holidays that come with the program, and what tests ask of them. */

import type { RulePack, Rules } from '../../node/registry/rules.ts';
import { loadRules } from '../../node/rules-files.ts';
import { loadSchemas, shippedSchemas } from '../../node/shipped.ts';

export const schemas = loadSchemas(shippedSchemas());

/** As a node has them. */
export const rules: Rules = loadRules({ rules: 'config/rules', holidays: 'config/holidays', schemas });

export function packOf(id: string): RulePack {
  const pack = rules.packs.find((one) => one.id === id);
  if (!pack) throw new RangeError(`no pack ${id}`);
  return pack;
}

/**
 * What the agreement and the clerks' imports lead us to expect, reckoned without the nodes, and whether what the nodes
 * report is that.
 */

/** Who receives a type from a member. @returns {string[]} member ids */
export function addresseesOf({ members, catalogue }, from, type) {
  const isNamed = (ids, id) => ids.includes('*') || ids.includes(id);
  const flows = catalogue.find((entry) => entry.type === type)?.flows ?? [];
  return members
    .map(({ id }) => id)
    .filter((to) => to !== from && flows.some((flow) => isNamed(flow.from, from) && isNamed(flow.to, to)));
}

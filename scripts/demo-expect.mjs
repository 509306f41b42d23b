/**
 * What is to be expected, reckoned from the agreement and from what the clerks were told, never from what the nodes
 * count; and whether what the nodes report is that.
 */

/**
 * @typedef {{ member: string, type: string, bulletins: number }} Published bulletins about records that `type` opened
 * @typedef {{ from: string, to: string, expected: number, issued: number, taken: number, refused: number,
 *   withheld: number, receipts: number, isJoined: boolean, isCovered: boolean, isCosigned: boolean }} Pair
 *   `isCovered`, `isCosigned`: receipts of the one, and a cosignature, reach beyond the last bulletin to it; the issuer holds them
 */

/** Who receives a type from a member. @returns {string[]} member ids */
export function addresseesOf({ members, catalogue }, from, type) {
  const isNamed = (ids, id) => ids.includes('*') || ids.includes(id);
  const flows = catalogue.find((entry) => entry.type === type)?.flows ?? [];
  return members
    .map(({ id }) => id)
    .filter((to) => to !== from && flows.some((flow) => isNamed(flow.from, from) && isNamed(flow.to, to)));
}

/** How many bulletins go from the one to the other: what moves a record goes where its opener went. @param {Published[]} published */
export function countExpected(agreement, published, from, to) {
  return published
    .filter(({ member, type }) => member === from && addresseesOf(agreement, from, type).includes(to))
    .reduce((sum, { bulletins }) => sum + bulletins, 0);
}

/**
 * Every pair as it stands.
 *
 * @param {Map<string, any[]>} reports what each node says of its peers
 * @param {Map<string, { ends: Map<string, number> }>} logs of each node, where the part that concerns each other one ends
 * @returns {Pair[]}
 */
export function judgePairs(agreement, published, reports, logs) {
  const ids = agreement.members.map(({ id }) => id);
  const reportOf = (of, about) => reports.get(of)?.find(({ member }) => member === about);
  return ids.flatMap((from) =>
    ids
      .filter((to) => to !== from)
      .map((to) => {
        const { ours } = reportOf(from, to) ?? {};
        const { theirs } = reportOf(to, from) ?? {};
        const end = logs.get(from)?.ends.get(to) ?? 0;
        return {
          from,
          to,
          expected: countExpected(agreement, published, from, to),
          issued: ours?.issued ?? 0,
          taken: (theirs?.taken ?? 0) + (theirs?.noted ?? 0),
          refused: Math.max(theirs?.refused ?? 0, ours?.refused ?? 0),
          withheld: Math.max(theirs?.withheld ?? 0, ours?.withheld ?? 0),
          receipts: ours?.receipts ?? 0,
          isJoined: ours?.joined === true,
          isCovered: ours !== undefined && ours.receipted >= end,
          isCosigned: end === 0 || (ours?.cosigned?.size ?? 0) >= end,
        };
      }),
  );
}

/** Whether a pair has nothing left to do and nothing wrong. @param {Pair} pair */
export function isSettled({ expected, issued, taken, refused, withheld, isJoined, isCovered, isCosigned }) {
  const isDelivered = issued === expected && taken === expected && refused === 0 && withheld === 0;
  return isDelivered && isJoined && isCovered && isCosigned;
}

/**
 * What an audit says that was not to be expected: all is well when every log was read whole from its owner, every bulletin
 * is seen with its receipt, and nothing speaks against anybody.
 *
 * @param {any} report of `huxin audit --json`
 * @param {Map<string, { ends: Map<string, number> }>} logs as for `judgePairs`
 * @returns {string[]}
 */
export function judgeAudit({ nodes, logs: audited, pairs, findings }, agreement, published, logs) {
  const ids = agreement.members.map(({ id }) => id);
  const isRead = (id) => {
    const log = audited.find(({ member }) => member === id);
    const isAsked = nodes.some(({ member, trouble }) => member === id && trouble === undefined);
    return isAsked && log?.state === 'open' && log.size > 0 && log.opened === log.size;
  };
  const isReceipted = (from, to) => {
    const pair = pairs.find(({ issuer, receiver }) => issuer === from && receiver === to);
    if (!pair || pair.addressed < countExpected(agreement, published, from, to)) return false;
    return pair.receipted >= (logs.get(from)?.ends.get(to) ?? 0) && pair.refused + pair.withheld + pair.late === 0;
  };
  return [
    ...findings.map(({ zh, code }) => `${zh} (${code})`),
    ...ids.filter((id) => !isRead(id)).map((id) => `the audit did not read all of ${id}`),
    ...ids.flatMap((from) =>
      ids
        .filter((to) => to !== from && !isReceipted(from, to))
        .map((to) => `the audit does not see all that ${from} said to ${to} with its receipts`),
    ),
  ];
}

/** The figures of the report. @param {Pair[]} pairs @param {Published[]} published @param {Map<string, { issued: number }>} logs */
export function sumUp(pairs, published, logs) {
  const sum = (list, name) => list.reduce((total, one) => total + one[name], 0);
  const issued = sum([...logs.values()], 'issued');
  return {
    issued,
    expected: sum(pairs, 'expected'),
    taken: sum(pairs, 'taken'),
    refused: sum(pairs, 'refused'),
    withheld: sum(pairs, 'withheld'),
    receipts: sum(pairs, 'receipts'),
    cosignatures: pairs.filter(({ isCosigned }) => isCosigned).length,
    ok: issued === sum(published, 'bulletins') && pairs.every(isSettled),
  };
}

import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { buildMatrix, type Matrix } from '../../node/agreement/matrix.ts';
import { passagesOf } from '../../node/agreement/passages.ts';
import { sampleAgreement } from '../support/agreement.ts';

/** Every passage as the squares show it: `type from to purposes`. */
function shown({ members, squares, terms }: Matrix): string[] {
  return squares.flatMap(({ types, cells }) =>
    types.flatMap(({ type }) =>
      cells.flatMap((row, i) =>
        row.flatMap((mark, k) => {
          const found = terms.find((one) => one.mark === mark);
          return found
            ? [`${type} ${members[i]?.id} ${members[k]?.id} ${found.purposes.map(({ id }) => id)} ${found.omit}`]
            : [];
        }),
      ),
    ),
  );
}

function allowed(agreement: Agreement): string[] {
  const order = agreement.purposes.map(({ id }) => id);
  return passagesOf(agreement).map(({ type, from, to, flow: { purposes, omit = [] } }) => {
    const sorted = order.filter((id) => purposes.includes(id));
    return `${type} ${from} ${to} ${sorted} ${[...omit].sort()}`;
  });
}

describe('buildMatrix', () => {
  it('shows exactly what the flows allow', () => {
    const agreement = sampleAgreement(({ catalogue }) => {
      Object.assign(catalogue[0]?.flows[0] ?? {}, { omit: ['remarks', 'facts'] });
      catalogue[1]?.flows[0]?.purposes.reverse(); // another order is no other rule
    });
    expect(shown(buildMatrix(agreement)).sort()).toEqual(allowed(agreement).sort());
  });

  it('puts types of one kind with the same square together, and no others', () => {
    const { squares, terms, owedToAll } = buildMatrix(sampleAgreement());
    const groups = squares.map(({ kind, types }) => [kind, types.map(({ type }) => type).join(' ')]);
    expect(groups).toEqual([
      ['opens', 'penalty dishonesty serious-list permit'],
      ['opens', 'grade'],
      ['opens', 'commendation'],
      ['opens', 'warning'],
      ['moves', 'correction extension repair revocation objection-decision'],
      ['marks', 'objection'],
      ['marks', 'measure-feedback'],
      ['journal', 'journal'],
    ]);
    expect(terms.map(({ mark }) => mark)).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(squares.map(({ everywhere = '' }) => everywhere)).toEqual(['A', '', '', 'D', 'A', 'A', 'D', 'E']);
    expect(owedToAll).toEqual(expect.arrayContaining(['receipt', 'adoption', 'erasure']));
  });

  it('keeps what is sent with something left out apart from what is sent whole', () => {
    const { terms, squares } = buildMatrix(
      sampleAgreement(({ catalogue }) => Object.assign(catalogue[1]?.flows[0] ?? {}, { omit: ['facts'] })),
    );
    expect(squares.map(({ types }) => types.map(({ type }) => type))[1]).toEqual(['dishonesty']);
    expect(terms[1]).toMatchObject({ mark: 'B', omit: ['facts'], purposes: terms[0]?.purposes });
  });

  it('goes on after Z', () => {
    const agreement = sampleAgreement((copy) => {
      copy.purposes = Array.from({ length: 30 }, (_, i) => ({ id: `p${i}`, zh: `目的${i}`, en: `Purpose ${i}` }));
      const [entry] = copy.catalogue;
      copy.catalogue = copy.purposes.map(({ id }) => ({
        ...(entry as Agreement['catalogue'][0]),
        type: id,
        flows: [{ from: ['*'], to: ['*'], purposes: [id] }],
      }));
    });
    expect(
      buildMatrix(agreement)
        .terms.map(({ mark }) => mark)
        .slice(24),
    ).toEqual(['Y', 'Z', 'AA', 'AB', 'AC', 'AD']);
  });
});

import { describe, expect, it } from 'vitest';
import type { Agreement, CatalogueEntry } from '../../node/agreement/agreement.ts';
import { readAuthored } from '../../node/agreement/author.ts';
import { checkAgreement } from '../../node/agreement/check.ts';
import { type ContradictionCode, contradictionWords } from '../../node/agreement/contradiction-words.ts';
import { findContradictions, type ReviewContext } from '../../node/agreement/contradictions.ts';
import { agreementDigest } from '../../node/agreement/signatures.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { thumbprint } from '../../node/base/jws.ts';
import { withCheckCharacters } from '../../node/base/uscc.ts';
import { movesOf } from '../../node/registry/effects.ts';
import { authoredPage, keysOf, ports, sampleAgreement, schemas } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const context: ReviewContext = { today: '2026-06-01', schemas, hash, movesOf };

/** The sample as it would be for real: with authorities and addresses that are not invented. */
const real = sampleAgreement(({ members }) => {
  for (const member of members) {
    member.authority = withCheckCharacters(`11${member.id}`, '00024150');
    for (const name of ['issuer', 'endpoint'] as const) member[name] = member[name].replace('.example', '.gov.cn');
    member.origin = `${new URL(member.issuer).host}/log`;
    member.keys = keysOf(member);
  }
});

function realAgreement(change: (agreement: Agreement) => void = () => {}): Agreement {
  const copy = structuredClone(real);
  change(copy);
  return copy;
}

function entry(agreement: Agreement, type: string): CatalogueEntry {
  const found = agreement.catalogue.find((one) => one.type === type);
  if (!found) throw new RangeError(type);
  return found;
}

/** Code → what to do to the agreement, and where the contradiction is then. */
const cases: Partial<Record<ContradictionCode, [pointer: string, change: (agreement: Agreement) => void]>> = {
  placeholder: ['/members/0/name/zh', (a) => ((a.members[0] as Agreement['members'][0]).name.zh = '（待填写：名称）')],
  invented: ['/members/1/issuer', (a) => Object.assign(a.members[1] ?? {}, { issuer: 'https://credit.js.example' })],
  'words-swapped': ['/title/en', (a) => (a.title.en = '协议')],
  'same-words': ['/purposes/8', (a) => a.purposes.push({ id: 'checks', zh: '日常监管。', en: 'Regular checks' })],
  alike: ['/measures/7/code', (a) => a.measures?.push({ code: 'M-01', zh: '另一措施', en: 'Another measure' })],
  'period-over': ['/effective/until', (a) => (a.effective.until = '2026-05-31')],
  'governance-all-by-number': ['/governance/required', (a) => (a.governance.required = 4)],
  'member-without-key': ['/members/2', (a) => Reflect.deleteProperty(a.members[2] ?? {}, 'keys')],
  'name-twice': [
    '/members/1/name',
    (a) => Object.assign(a.members[1] ?? {}, { name: { zh: '江苏', en: 'Shang hai' } }),
  ],
  'authority-elsewhere': [
    '/members/0/authority',
    (a) => Object.assign(a.members[0] ?? {}, { authority: withCheckCharacters('11320000', '00024151') }),
  ],
  'address-of-another': [
    '/members/0/endpoint',
    (a) => {
      Object.assign(a.members[0] ?? {}, { endpoint: 'https://credit.js.gov.cn' });
      Object.assign(a.members[1] ?? {}, { endpoint: 'https://node.js.gov.cn' });
    },
  ],
  'addresses-mixed': [
    '/members/0/endpoint',
    (a) => Object.assign(a.members[0] ?? {}, { endpoint: 'http://127.0.0.1:8310' }),
  ],
  'pins-unused': [
    '/members/0/certificatePins',
    (a) => {
      for (const [i, member] of a.members.entries()) member.endpoint = `http://127.0.0.1:${8310 + i}`;
      Object.assign(a.members[0] ?? {}, { certificatePins: [`${'A'.repeat(43)}=`] });
    },
  ],
  'pins-shared': [
    '/members/1/certificatePins/0',
    (a) => {
      for (const member of a.members.slice(0, 2)) member.certificatePins = [`${'A'.repeat(43)}=`];
    },
  ],
  'member-idle': [
    '/members/3',
    (a) => {
      for (const { flows } of a.catalogue) {
        for (const flow of flows) {
          if (flow.from[0] === '*') flow.from = ['310000', '320000', '330000'];
          if (flow.to[0] === '*') flow.to = ['310000', '320000', '330000'];
        }
      }
      entry(a, 'grade').flows.pop();
    },
  ],
  'purpose-unused': ['/purposes/8', (a) => a.purposes.push({ id: 'research', zh: '研究', en: 'Research' })],
  'type-unknown': ['/catalogue/1/type', (a) => (entry(a, 'dishonesty').type = 'dishonest')],
  'schema-of-another': ['/catalogue/0/schema', (a) => (entry(a, 'penalty').schema = entry(a, 'permit').schema)],
  'flow-all-by-name': [
    '/catalogue/0/flows/0/to',
    (a) =>
      (entry(a, 'penalty').flows = [
        {
          from: ['*'],
          to: ['310000', '320000', '330000', '340000'],
          purposes: entry(a, 'penalty').flows[0]?.purposes ?? [],
        },
      ]),
  ],
  'flow-without-record': [
    '/catalogue/8/flows/0',
    (a) => {
      a.catalogue = a.catalogue.filter(({ type }) => !['penalty', 'dishonesty'].includes(type));
      a.catalogue.push({
        ...entry(a, 'repair'),
        type: 'extension',
        schema: entry(sampleAgreement(), 'extension').schema,
      });
      a.catalogue = a.catalogue.filter((one, i, all) => all.findIndex(({ type }) => type === one.type) === i);
      a.catalogue.splice(
        8,
        0,
        ...a.catalogue.splice(
          a.catalogue.findIndex(({ type }) => type === 'extension'),
          1,
        ),
      );
    },
  ],
  'move-missing': [
    '/catalogue/10/flows',
    (a) => ((entry(a, 'revocation').flows[0] as { to: string[] }).to = ['310000', '320000', '330000']),
  ],
  'move-purposes': ['/catalogue/9/flows/0/purposes', (a) => entry(a, 'repair').flows[0]?.purposes.shift()],
  'objection-missing': [
    '/catalogue/12/flows',
    (a) => ((entry(a, 'objection').flows[0] as { to: string[] }).to = ['310000', '320000']),
  ],
  'journal-missing': ['/catalogue', (a) => (a.catalogue = a.catalogue.filter(({ type }) => type !== 'journal'))],
  'erasure-missing': ['/catalogue', (a) => (a.catalogue = a.catalogue.filter(({ type }) => type !== 'erasure'))],
  'omit-required': [
    '/catalogue/0/flows/0/omit/1',
    (a) => Object.assign(entry(a, 'penalty').flows[0] ?? {}, { omit: ['facts', 'document'] }),
  ],
  'omit-unknown': [
    '/catalogue/0/flows/0/omit/0',
    (a) => Object.assign(entry(a, 'penalty').flows[0] ?? {}, { omit: ['fact'] }),
  ],
  'deadline-beyond-retention': [
    '/catalogue/6/publishWithinWorkingDays',
    (a) => Object.assign(entry(a, 'warning'), { publishWithinWorkingDays: 270, retentionYears: 1 }),
  ],
  'retention-missing': ['/catalogue/4', (a) => Reflect.deleteProperty(entry(a, 'serious-list'), 'retentionYears')],
  idle: ['/catalogue/7/retentionYears', (a) => (entry(a, 'correction').retentionYears = 3)],
  'quorum-of-all': ['/exchange/witnessQuorum', (a) => (a.exchange.witnessQuorum = 3)],
  'schedule-never': ['/exchange/pullSchedule', (a) => (a.exchange.pullSchedule = '0 0 31 2 *')],
  'below-pulls': ['/exchange/greatestLagMinutes', (a) => (a.exchange.pullSchedule = '0 */2 * * *')],
  'alarm-below-lag': ['/exchange/alarms/unreceiptedMinutes', (a) => (a.exchange.alarms.unreceiptedMinutes = 30)],
  'entries-below-volume': ['/exchange/alarms/entriesBehind', (a) => (a.exchange.alarms.entriesBehind = 100)],
  'skew-never': ['/exchange/alarms/clockSkewSeconds', (a) => (a.exchange.alarms.clockSkewSeconds = 301)],
};

const digest = agreementDigest(canonicalBytes(real), hash);
const member = (agreement: Agreement, at: number) => agreement.members[at] as Agreement['members'][0];
const other = keysOf({ id: 'other', issuer: 'https://credit.sh.gov.cn', origin: 'credit.sh.gov.cn/log' });

/** The same of a second version beside its first. */
const amendments: typeof cases = {
  'not-the-next': ['/version', (a) => (a.version = 3)],
  'begins-before': ['/effective/from', (a) => (a.effective.from = '2025-12-31')],
  'period-gap': ['/effective/from', (a) => (a.effective.from = '2029-01-02')],
  'member-left': ['/members', (a) => a.members.pop()],
  'log-left': ['/members/0/origin', (a) => (member(a, 0).origin = 'credit.sh.gov.cn/log/2')],
  'log-key-changed': ['/members/0/keys/log', (a) => (member(a, 0).keys.log = other.log)],
  'issuer-changed': ['/members/0/issuer', (a) => (member(a, 0).issuer = 'https://new.sh.gov.cn')],
  'struck-in-use': [
    '/members/0/keys/witness',
    (a) => (a.strikes = [{ kind: 'witness-key', member: '310000', ground: 'lost', key: member(a, 0).keys.witness }]),
  ],
  'struck-all': [
    '/members/1/keys/bulletin',
    (a) => (a.strikes = [{ kind: 'bulletin-key', member: '320000', ground: 'stolen', kid: kids[1] ?? '', size: 9 }]),
  ],
  'struck-log-in-use': [
    '/members/0/origin',
    (a) =>
      (a.strikes = [
        {
          kind: 'log',
          member: '310000',
          ground: 'forked',
          origin: 'credit.sh.gov.cn/log',
          size: 9,
          root: `${'A'.repeat(43)}=`,
        },
      ]),
  ],
  'strike-unknown': ['/strikes/0', (a) => (a.strikes = [{ kind: 'member', member: '990000', ground: 'other' }])],
  'quorum-unreachable': [
    '/exchange/witnessQuorum',
    (a) => {
      a.strikes = [0, 1].map((at) => ({
        kind: 'witness-key',
        member: member(a, at).id,
        ground: 'lost',
        key: member(a, at).keys.witness,
      }));
    },
  ],
};

const kids = await Promise.all(real.members.map(({ keys }) => thumbprint(keys.bulletin[0] as typeof keys.agreement)));

describe('findContradictions', () => {
  it('finds none in the sample once it is real', () => {
    expect(findContradictions(realAgreement(), context)).toEqual([]);
  });

  it.each(Object.entries(cases))('finds %s in what is well formed', (code, [pointer, change]) => {
    const agreement = realAgreement(change);
    const mistakes = checkAgreement(agreement, { keys: 'optional', ...ports });
    expect(mistakes.filter((mistake) => !['key-name', 'origin-foreign'].includes(mistake.code))).toEqual([]);
    const found = findContradictions(agreement, context);
    expect(found.map((one) => `${one.code} ${one.pointer}`)).toContain(`${code} ${pointer}`);
    for (const { zh, en } of found) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(`${zh}${en}`).not.toMatch(/undefined|\{\w+\}|: \.| {2}/);
    }
  });

  it.each(Object.entries(amendments))('finds %s in an amendment', (code, [pointer, change]) => {
    const before = realAgreement((a) => (a.effective.until = code === 'period-gap' ? '2028-12-31' : '2031-12-31'));
    const agreement = realAgreement((a) => {
      Object.assign(a, { version: 2, previous: digest, effective: { from: '2027-01-01' } });
      change(a);
    });
    const found = findContradictions(agreement, { ...context, before: { agreement: before, digest } });
    expect(found.map((one) => `${one.code} ${one.pointer}`)).toContain(`${code} ${pointer}`);
    for (const { zh, en } of found) expect(`${zh}${en}`).not.toMatch(/undefined|\{\w+\}/);
  });

  it('finds nothing in an amendment that rotates, strikes and lets go in good order', () => {
    const agreement = realAgreement((a) => {
      Object.assign(a, { version: 2, previous: digest, effective: { from: '2027-01-01' } });
      const [first, second, , last] = a.members as [
        Agreement['members'][0],
        Agreement['members'][0],
        unknown,
        Agreement['members'][0],
      ];
      a.members.pop();
      entry(a, 'grade').flows.pop();
      (entry(a, 'grade').flows[0] as { from: string[] }).from = ['*'];
      first.keys.bulletin.push(...other.bulletin);
      second.origin = 'credit.js.gov.cn/log/2';
      a.strikes = [
        { kind: 'member', member: last.id, ground: 'withdrawn' },
        {
          kind: 'log',
          member: second.id,
          ground: 'lost',
          origin: 'credit.js.gov.cn/log',
          size: 9,
          root: `${'A'.repeat(43)}=`,
        },
      ];
    });
    expect(findContradictions(agreement, { ...context, before: { agreement: real, digest } })).toEqual([]);
  });

  it('is tried for each of its codes here', () => {
    const tried = [...Object.keys(cases), ...Object.keys(amendments)];
    expect(tried.sort()).toEqual(Object.keys(contradictionWords).sort());
  });

  it('fills every fact into its words', () => {
    for (const { what, cure } of Object.values(contradictionWords)) {
      const named = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
      expect(named(what.zh)).toEqual(named(what.en));
      expect(named(cure.zh)).toEqual(named(cure.en));
    }
  });

  it('lets a repair be missing where nothing can be repaired', () => {
    const found = findContradictions(
      realAgreement((a) => {
        a.catalogue = a.catalogue.filter(
          ({ type }) => !['penalty', 'dishonesty', 'serious-list', 'warning', 'repair', 'extension'].includes(type),
        );
        for (const id of ['approval']) a.purposes = a.purposes.filter((purpose) => purpose.id !== id);
      }),
      context,
    );
    expect(found.filter(({ code }) => code === 'move-missing')).toEqual([]);
  });
});

describe('readAuthored with a review', () => {
  const authoring = {
    keys: 'optional',
    schemas,
    ...ports,
    review: (a: Parameters<typeof findContradictions>[0]) => findContradictions(a, context),
  } as const;

  it('tells warnings beside the agreement, errors instead of it, each with its line', () => {
    const { agreement, mistakes, warnings } = readAuthored(authoredPage, authoring);
    expect({ mistakes, id: agreement?.id }).toEqual({ mistakes: [], id: 'yrd-ip-credit' });
    expect(warnings.map(({ code }) => code)).toContain('member-without-key');
    const page = authoredPage.replace('greatestLagMinutes: 60', 'greatestLagMinutes: 4');
    const line = page.slice(0, page.indexOf('greatestLagMinutes')).split('\n').length;
    const wrong = readAuthored(page, authoring);
    expect(wrong.agreement).toBeUndefined();
    expect(wrong.mistakes).toMatchObject([{ code: 'below-pulls', line, column: 23 }]);
  });

  it('does not say twice that a key is missing', () => {
    const { mistakes, warnings } = readAuthored(authoredPage, { ...authoring, keys: 'required' });
    expect(mistakes.map(({ code }) => code)).toEqual(Array(4).fill('key-missing'));
    expect(warnings.map(({ code }) => code)).not.toContain('member-without-key');
  });

  it('waits with contradictions until the form is right', () => {
    const { mistakes, warnings } = readAuthored(authoredPage.replace('version: 1', 'version: one'), authoring);
    expect(mistakes.map(({ code }) => code)).toEqual(['form']);
    expect(warnings).toEqual([]);
  });
});

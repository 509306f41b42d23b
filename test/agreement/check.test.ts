import { describe, expect, it } from 'vitest';
import type { Agreement, Flow } from '../../node/agreement/agreement.ts';
import { checkAgreement } from '../../node/agreement/check.ts';
import type { Ed25519Jwk } from '../../node/log/note.ts';
import { formatVkey } from '../../node/log/note.ts';
import { ports, sampleAgreement, signerOf } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const required = { keys: 'required', ...ports } as const;

// biome-ignore lint/suspicious/noExplicitAny: the spoilt copies are no agreements, which is the point
type Loose = any;

/** `code pointer` of each mistake in the spoilt sample. */
function mistakesAfter(spoil: (agreement: Loose) => void): string[] {
  return checkAgreement(sampleAgreement(spoil), required).map(({ code, pointer }) => `${code} ${pointer}`);
}

function flow(from: string[], to: string[]): Flow {
  return { from, to, purposes: ['audit'] };
}

describe('checkAgreement', () => {
  it('finds nothing wrong with the sample', () => {
    expect(checkAgreement(sampleAgreement(), required)).toEqual([]);
  });

  it('takes outside witnesses, auditors, an end and a majority', () => {
    const key = (seed: string) => signerOf('witness', seed).publicKey as Ed25519Jwk;
    expect(
      mistakesAfter((agreement: Agreement) => {
        const vkey = formatVkey(hash, 'witness.example/1', 4, key('outside')).text;
        agreement.witnesses = [{ name: 'witness.example/1', vkey, url: 'https://witness.example' }];
        agreement.auditors = [{ id: 'bureau-of-audit', name: { zh: '审计', en: 'Audit' }, key: key('auditor') }];
        agreement.effective.until = '2026-01-01';
        agreement.governance.required = 3;
        agreement.exchange.witnessQuorum = 3;
      }),
    ).toEqual([]);
  });

  it.each<[string, (agreement: Loose) => void, string[]]>([
    [
      'an unknown member of the document',
      (a) => {
        a.colour = 'red';
      },
      ['form /colour'],
    ],
    [
      'a missing notice',
      (a) => {
        delete a.notice;
      },
      ['form '],
    ],
    [
      'a title in one language',
      (a) => {
        delete a.title.en;
      },
      ['form /title'],
    ],
    [
      'a fraction',
      (a) => {
        a.exchange.dailyVolume = 1.5;
      },
      ['form /exchange/dailyVolume'],
    ],
    [
      'a number beyond the safe integers',
      (a) => {
        a.exchange.dailyVolume = 2 ** 53;
      },
      ['form /exchange/dailyVolume'],
    ],
    [
      'a day that is none',
      (a) => {
        a.effective.from = '2026-02-30';
      },
      ['form /effective/from'],
    ],
    [
      'a schema by name',
      (a) => {
        a.catalogue[0].schema = 'bulletin/penalty';
      },
      ['form /catalogue/0/schema'],
    ],
    [
      'a private key',
      (a) => {
        a.members[0].keys.agreement.d = a.members[0].keys.agreement.x;
      },
      ['form /members/0/keys/agreement/d', 'key-unreadable /members/0/keys/agreement'],
    ],
    [
      'natural persons',
      (a) => {
        a.catalogue[0].naturalPersons = 'included';
      },
      ['form /catalogue/0/naturalPersons'],
    ],
    [
      'an end before the beginning',
      (a) => {
        a.effective.until = '2025-12-31';
      },
      ['period-reversed /effective/until'],
    ],
    [
      'a first version with a predecessor',
      (a) => {
        a.previous = a.catalogue[0].schema;
      },
      ['previous-unneeded /previous'],
    ],
    [
      'a second version without',
      (a) => {
        a.version = 2;
      },
      ['previous-missing '],
    ],
    [
      'a member twice',
      (a) => {
        a.members[1].id = '310000';
      },
      [
        'twice /members/1/id',
        'unknown-member /catalogue/2/flows/0/from/1',
        'unknown-member /catalogue/2/flows/1/to/1',
        'unknown-member /catalogue/3/flows/0/to/0',
        'unknown-member /catalogue/3/flows/1/from/0',
        'flow-to-nobody /catalogue/3/flows/1',
      ],
    ],
    [
      'an authority with wrong check characters',
      (a) => {
        a.members[0].authority = '11310000HX31000007';
      },
      ['authority-invalid /members/0/authority'],
    ],
    [
      'plain HTTP off the machine',
      (a) => {
        a.members[0].endpoint = 'http://credit.sh.example';
      },
      ['address-unsafe /members/0/endpoint'],
    ],
    [
      'an issuer with a slash at the end',
      (a) => {
        a.members[0].issuer += '/';
      },
      ['form /members/0/issuer', 'origin-foreign /members/0/origin', 'key-name /members/0/keys/witness'],
    ],
    [
      'a member without keys',
      (a) => {
        delete a.members[3].keys;
      },
      ['key-missing /members/3'],
    ],
    [
      'a member without a bulletin key',
      (a) => {
        a.members[3].keys.bulletin = [];
      },
      ['form /members/3/keys/bulletin'],
    ],
    [
      'a quorum of half the others',
      (a) => {
        a.exchange.witnessQuorum = 1;
      },
      ['quorum-too-small /exchange/witnessQuorum'],
    ],
    [
      'a quorum that includes the log’s own',
      (a) => {
        a.exchange.witnessQuorum = 4;
      },
      ['quorum-too-small /exchange/witnessQuorum'],
    ],
    [
      'amendments by half',
      (a) => {
        a.governance.required = 2;
      },
      ['governance-too-small /governance/required'],
    ],
    [
      'amendments by more than there are',
      (a) => {
        a.governance.required = 5;
      },
      ['governance-too-small /governance/required'],
    ],
    [
      'amendments by "most"',
      (a) => {
        a.governance.required = 'most';
      },
      ['form /governance/required'],
    ],
    [
      'a purpose twice',
      (a) => {
        a.purposes.push({ ...a.purposes[0] });
      },
      ['twice /purposes/8/id'],
    ],
    [
      'a measure twice',
      (a) => {
        a.measures.push({ ...a.measures[0] });
      },
      ['twice /measures/7/code'],
    ],
    [
      'no receipts',
      (a) => {
        a.catalogue = a.catalogue.filter(({ type }: Loose) => type !== 'receipt');
      },
      ['type-missing /catalogue'],
    ],
    [
      'no adoption',
      (a) => {
        a.catalogue = a.catalogue.filter(({ type }: Loose) => type !== 'adoption');
      },
      ['type-missing /catalogue'],
    ],
    [
      'a type twice',
      (a) => {
        a.catalogue[1].type = 'penalty';
      },
      ['twice /catalogue/1/type'],
    ],
    [
      'a type that nobody may send',
      (a) => {
        a.catalogue[0].flows = [];
      },
      ['flow-missing /catalogue/0/flows'],
    ],
    [
      'a flow of receipts',
      (a) => {
        a.catalogue[15].flows = [flow(['*'], ['*'])];
      },
      ['flow-unneeded /catalogue/15/flows'],
    ],
    [
      'a flow to oneself',
      (a) => {
        a.catalogue[0].flows = [flow(['310000'], ['310000'])];
      },
      ['flow-to-nobody /catalogue/0/flows/0'],
    ],
    [
      'a pair in two flows',
      (a) => {
        a.catalogue[0].flows.push(flow(['310000'], ['320000']));
      },
      ['flow-twice /catalogue/0/flows/1'],
    ],
    [
      'a star in company',
      (a) => {
        a.catalogue[0].flows = [flow(['310000', '*'], ['*'])];
      },
      ['star-not-alone /catalogue/0/flows/0/from/1'],
    ],
    [
      'a flow to a stranger',
      (a) => {
        a.catalogue[0].flows = [flow(['*'], ['310000', '360000'])];
      },
      ['unknown-member /catalogue/0/flows/0/to/1'],
    ],
    [
      'an unknown purpose',
      (a) => {
        a.catalogue[0].flows[0].purposes = ['sale'];
      },
      ['unknown-purpose /catalogue/0/flows/0/purposes/0'],
    ],
    [
      'a tab in a name',
      (a) => {
        a.members[0].name.zh = '上\t海';
      },
      ['unsaid-character /members/0/name/zh'],
    ],
    [
      'half a character',
      (a) => {
        a.notice.en = 'x\ud800';
      },
      ['unsaid-character /notice/en'],
    ],
  ])('complains of %s', (_, spoil, expected) => {
    expect(mistakesAfter(spoil)).toEqual(expected);
  });

  it('complains of more than 128 KiB', () => {
    const spoil = (a: Agreement) => {
      const text = '长'.repeat(2000);
      a.measures = Array.from({ length: 11 }, (_, i) => ({ code: `M${i}`, zh: text, en: text }));
    };
    expect(mistakesAfter(spoil)).toEqual(['too-large ']);
  });

  it.each([
    ['https://credit.sh.example', 'credit.sh.example/log/2', []],
    ['https://credit.sh.example', 'credit.sh.example/log/1', ['origin-foreign /members/0/origin']],
    [
      'https://credit.sh.example',
      'credit.js.example/log',
      ['origin-foreign /members/0/origin', 'twice /members/1/origin'],
    ],
    ['http://127.0.0.1:4001', '127.0.0.1:4001/log', []],
    ['https://gov.example/credit', 'gov.example/credit/log', []],
  ])('holds issuer %s and log %s together', (issuer, origin, expected) => {
    const agreement = sampleAgreement((a) => {
      Object.assign(a.members[0] as object, { issuer, origin });
      for (const member of a.members) delete (member as Loose).keys;
    });
    const found = checkAgreement(agreement, { keys: 'optional', ...ports }).map(
      ({ code, pointer }) => `${code} ${pointer}`,
    );
    expect(found.sort()).toEqual(expected);
  });
});

describe('keys', () => {
  const jwk = (seed: string) => signerOf('log', seed).publicKey as Ed25519Jwk;

  it.each<[string, (agreement: Loose) => void, string[]]>([
    [
      'used by two members',
      (a) => {
        a.members[1].keys.bulletin = a.members[0].keys.bulletin;
      },
      ['key-twice /members/1/keys/bulletin/0'],
    ],
    [
      'used twice by one member',
      (a) => {
        a.members[0].keys.agreement = a.members[0].keys.bulletin[0];
      },
      ['key-twice /members/0/keys/agreement'],
    ],
    [
      'in a JWK that is another’s vkey',
      (a) => {
        a.members[2].keys.agreement = jwk('310000');
      },
      ['key-twice /members/2/keys/agreement'],
    ],
    [
      'of log and witness alike',
      (a) => {
        a.members[0].keys.witness = formatVkey(hash, 'credit.sh.example/witness', 4, jwk('310000')).text;
      },
      ['key-twice /members/0/keys/witness'],
    ],
    [
      'of an auditor who is a member',
      (a) => {
        a.auditors = [{ id: 'x', name: { zh: '审', en: 'x' }, key: a.members[0].keys.agreement }];
      },
      ['key-twice /auditors/0/key'],
    ],
    [
      'of a log under another name',
      (a) => {
        a.members[0].keys.log = formatVkey(hash, 'credit.js.example/log', 1, jwk('310000')).text;
      },
      ['key-name /members/0/keys/log'],
    ],
    [
      'of a witness under another name',
      (a) => {
        a.members[0].keys.witness = formatVkey(hash, 'credit.sh.example/eye', 4, jwk('w')).text;
      },
      ['key-name /members/0/keys/witness'],
    ],
    [
      'of a log with the type of a witness',
      (a) => {
        a.members[0].keys.log = formatVkey(hash, 'credit.sh.example/log', 4, jwk('310000')).text;
      },
      ['key-type /members/0/keys/log'],
    ],
    [
      'of a witness with the type of a log',
      (a) => {
        a.members[0].keys.witness = formatVkey(hash, 'credit.sh.example/witness', 1, jwk('w')).text;
      },
      ['key-type /members/0/keys/witness'],
    ],
    [
      'with an id not its own',
      (a) => {
        a.members[0].keys.log = a.members[0].keys.log.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
      },
      ['key-unreadable /members/0/keys/log'],
    ],
    [
      'on P-256 without y',
      (a) => {
        a.members[0].keys.agreement = { kty: 'EC', crv: 'P-256', x: jwk('a').x };
      },
      ['key-unreadable /members/0/keys/agreement'],
    ],
    [
      'on Ed25519 with y',
      (a) => {
        a.members[0].keys.agreement.y = jwk('a').x;
      },
      ['key-unreadable /members/0/keys/agreement'],
    ],
    [
      'of kty EC on Ed25519',
      (a) => {
        a.members[0].keys.agreement = { ...jwk('a'), kty: 'EC' };
      },
      ['key-unreadable /members/0/keys/agreement'],
    ],
    [
      'of an outside witness under another name',
      (a) => {
        a.witnesses = [
          { name: 'w.example', url: 'http://w.example', vkey: formatVkey(hash, 'v.example', 4, jwk('w')).text },
        ];
      },
      ['address-unsafe /witnesses/0/url', 'key-name /witnesses/0/vkey'],
    ],
  ])('are refused %s', (_, spoil, expected) => {
    expect(mistakesAfter(spoil)).toEqual(expected);
  });
});

describe('a value of any form', () => {
  it.each([null, 5, 'text', [], {}, { members: 'x', catalogue: [null, 5, { flows: [null, { from: 'x', to: [1] }] }] }])(
    'is complained of, never thrown at: %j',
    (value) => {
      expect(checkAgreement(value, required).length).toBeGreaterThan(0);
    },
  );

  it('is passed over where its form is wrong, so that the other mistakes show too', () => {
    const found = mistakesAfter((a) => {
      a.members[0].id = 310000;
      a.members[1].keys = 'later';
      a.members[2].keys.agreement = a.members[3].keys.agreement;
      a.exchange.witnessQuorum = 1;
    });
    expect(found).toContain('id-not-text /members/0/id');
    expect(found).toContain('form /members/1/keys');
    expect(found).toContain('key-twice /members/3/keys/agreement');
    expect(found).toContain('quorum-too-small /exchange/witnessQuorum');
  });
});

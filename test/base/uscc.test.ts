import { describe, expect, it } from 'vitest';
import { checkUscc, isIndividualBusiness, isOrganisationCode, withCheckCharacters } from '../../node/base/uscc.ts';

// Published codes of real organisations: for this validator only, nothing is said of them anywhere.
const valid = [
  '91350100M000100Y43', // the worked example of GB 32100-2015
  '91110108551385082Q',
  '91370000728611939A',
  '531000005000160090', // its check character is 0
  '52410000663412719U',
  '914403001922038216',
  '91330100799655058B',
  '91110000802100433B',
  '9144030071526726XG', // the inner check character is X
  '91440300192317458F',
  '91100000100003962T',
  '911100007109250324',
  '91310115591693856A',
  '91310110666007217T',
  '91110000600037341L',
];

const pilots = ['91350211M0000XUF46', '91350100M0001TGQXM', '91350203M0001FUE2P', '91350211M00013FA1N'];

describe('a unified social credit code', () => {
  it.each(valid)('takes %s', (code) => expect(checkUscc(code)).toBe('valid'));

  it.each(pilots)('tells the lawful exception %s', (code) => expect(checkUscc(code)).toBe('valid-legacy-exception'));

  it.each([
    ['91350100M000100Y4Z', 'the wrong example of the standard'],
    ['91310115MA1H8R7C6D', 'both checks fail'],
    ['123456789012345678', 'only the last character checks'],
    ['00000000000000000X', 'the dummy of some systems'],
    ['91110108551385082q', 'lower case'],
    ['91110108551385082', 'too short'],
    ['91110108551385082Q ', 'a blank'],
    ['9111010855138508IQ', 'a letter that the standard leaves out'],
    ['', 'nothing'],
  ])('refuses %s: %s', (code) => expect(checkUscc(code)).toBe('invalid'));

  it('is refused when any one character is another', () => {
    const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    for (const code of valid.slice(1, 4)) {
      for (let i = 0; i < 18; i++) {
        for (const other of characters) {
          if (other === code[i]) continue;
          expect(checkUscc(code.slice(0, i) + other + code.slice(i + 1))).toBe('invalid');
        }
      }
    }
  });

  it('needs the inner check right even in a pilot code', () => {
    expect(checkUscc('91350211M0000XUF56')).toBe('invalid');
  });

  it('is made with both check characters right', () => {
    for (let i = 0; i < 500; i++) {
      expect(checkUscc(withCheckCharacters('91310000', `MA1F${String(i).padStart(4, '0')}`))).toBe('valid');
    }
    expect(withCheckCharacters('91110108', '55138508')).toBe('91110108551385082Q');
    expect(() => withCheckCharacters('9131000', 'MA1FL000')).toThrow(RangeError);
    expect(() => withCheckCharacters('91310000', 'MA1FI000')).toThrow(RangeError);
  });

  it('says by its class whether it is an individual business', () => {
    expect(isIndividualBusiness(withCheckCharacters('92310000', 'MA1FL000'))).toBe(true);
    expect(isIndividualBusiness('91110108551385082Q')).toBe(false);
  });
});

describe('an organisation code', () => {
  it('has its own check character', () => {
    expect(isOrganisationCode('551385082')).toBe(true);
    expect(isOrganisationCode('71526726X')).toBe(true);
    expect(isOrganisationCode('551385083')).toBe(false);
    expect(isOrganisationCode('55138508')).toBe(false);
  });
});

import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, canonicalText } from '../../node/base/canonical.ts';

describe('the canonical text', () => {
  it('is that of another implementation, whatever the value', () => {
    const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalText(value)).toBe(canonicalize(value));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it('is that of another implementation for odd names', () => {
    const name = fc.oneof(
      fc.constantFrom('1', '10', '9', '02', '__proto__', 'toJSON', 'é', 'e', '\u{1f600}', '\ufb33'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.integer())), (members) => {
        const value: object = JSON.parse(`{${members.map(([key, n]) => `${JSON.stringify(key)}:${n}`).join(',')}}`);
        if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return;
        expect(canonicalText([value, { inner: value }])).toBe(canonicalize([value, { inner: value }]));
      }),
      { numRuns: 1_000, seed: 2 },
    );
  });

  it('has its members in the order of RFC 8785 §3.2.3', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    const order = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'] as const;
    const members = order.map((name) => `${JSON.stringify(name)}:${value[name]}`);
    expect(canonicalText(value)).toBe(`{${members.join(',')}}`);
  });

  it('writes numbers as RFC 8785 appendix B does', () => {
    for (const [value, text] of [
      [333333333.3333333, '333333333.3333333'],
      [1e30, '1e+30'],
      [4.5, '4.5'],
      [2e-3, '0.002'],
      [1e-27, '1e-27'],
      [-0, '0'],
    ] as const) {
      expect(canonicalText(value)).toBe(text);
    }
  });

  it('leaves the value alone, and leaves out members that are undefined', () => {
    const value = Object.freeze({ b: Object.freeze([Object.freeze({ d: 1, c: undefined, a: 2 })]), a: 1 });
    expect(canonicalText(value)).toBe('{"a":1,"b":[{"a":2,"d":1}]}');
    expect(canonicalText({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    expect(new TextDecoder().decode(canonicalBytes({ 名: '值' }))).toBe('{"名":"值"}');
  });

  it('does not exist of what has no JSON form', () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    for (const value of [
      undefined,
      () => 1,
      Number.NaN,
      [Number.POSITIVE_INFINITY],
      '\ud800',
      { a: 'x\udc00' },
      circle,
    ]) {
      expect(() => canonicalText(value)).toThrow();
    }
    expect(canonicalText('\\ud800')).toBe('"\\\\ud800"');
  });
});

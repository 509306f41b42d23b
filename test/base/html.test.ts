import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, type Piece } from '../../node/base/html.ts';

it('escapes what is no HTML, in text and in attributes', () => {
  const name = `<script>alert("1")</script> & 'Co'`;
  expect(String(html`<p title="${name}">${name}</p>`)).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;">' +
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;</p>',
  );
});

it('lets no text open a tag, end an attribute or begin an entity', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '中', ';') }), (text) => {
      const inner = String(html`${text}`);
      expect(inner).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
    }),
    { seed: 30 },
  );
});

it('puts HTML in as it is, joins lists, and passes over what is absent', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(String(html`<ul>${items}</ul>${undefined}${false}${0}`)).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>0');
});

it('takes no look-alike of HTML for it', () => {
  const forged = JSON.parse('{"text":"<b>"}') as Piece & string; // what a cast could let in
  expect(() => String(html`${forged}`)).toThrow(TypeError);
});

it('refuses a template that leaves an attribute without quotes', () => {
  expect(() => html`<a href=${'/'}>`).toThrow(RangeError);
});

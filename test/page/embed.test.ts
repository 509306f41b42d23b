import { describe, expect, it } from 'vitest';
import { parseBase64, parseUtf8, utf8 } from '../../node/base/bytes.ts';
import { embedInPage } from '../../node/page/embed.ts';
import { shippedPage } from '../../node/shipped.ts';

const inside = (page: string, id: string) => {
  const text = new RegExp(`<script type="application/octet-stream" id="${id}">([A-Za-z0-9+/=]*)</script>`).exec(
    page,
  )?.[1];
  return parseUtf8(parseBase64(text ?? '') ?? new Uint8Array());
};

describe('the page with evidence inside', () => {
  const evidence = '{"a":"</script><!--"}\n';
  const page = embedInPage(shippedPage(), utf8(evidence), '["协议"]');

  it('holds both as they were, before the script that reads them', () => {
    expect(inside(page, 'embedded-evidence')).toBe(evidence);
    expect(inside(page, 'embedded-agreement')).toBe('["协议"]');
    expect(page.indexOf('embedded-evidence')).toBeLessThan(page.indexOf('<script>'));
  });

  it('is otherwise the page as it was built', () => {
    const blocks =
      /<script type="application\/octet-stream".*<\/script>\n<script type="application\/octet-stream".*<\/script>/;
    expect(page.replace(blocks, '<!-- embedded -->')).toBe(shippedPage());
  });

  it('is made once, and of that page only', () => {
    expect(() => embedInPage(page, utf8(evidence), '[]')).toThrow(RangeError);
    expect(() => embedInPage('<html></html>', utf8(evidence), '[]')).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { attribute, readXml } from '../../node/sheet/xml.ts';

/** What the handler hears: `<name`, `>name` and texts. */
async function heard(xml: string | Uint8Array, chunkBytes = 1000): Promise<string[]> {
  const bytes = typeof xml === 'string' ? new TextEncoder().encode(xml) : xml;
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  })();
  const all: string[] = [];
  const handler = {
    open: (name: string, attributes: Record<string, string>) =>
      all.push(['<', name, attribute(attributes, 'a')].join('')),
    close: (name: string) => all.push(`>${name}`),
    text: (text: string) => all.push(text),
  };
  for await (const _ of readXml(chunks, handler)) {
    // the handler hears it
  }
  return all;
}

async function refusal(xml: string | Uint8Array): Promise<string> {
  return heard(xml, 65_536).then(
    () => 'read',
    (error) => error.code,
  );
}

describe('an XML part', () => {
  it('is heard tag by tag and text by text, wherever the chunks are cut', async () => {
    const xml =
      '\ufeff<?xml version="1.0"?><!-- > --><p:甲 xmlns:a="u" a = "&lt;1>"><b xmlns:a="v" a:a=\'2\'/>一 &amp; &#20108;&#x4e09;<![CDATA[<&>]]></p:甲>';
    const all = ['<甲<1>', '<b2', '>b', '一 & 二三', '<&>', '>甲'];
    for (const chunkBytes of [1, 2, 1000]) expect(await heard(xml, chunkBytes)).toEqual(all);
  });

  it.each([
    ['it is no UTF-8', Uint8Array.of(0x3c, 0x61, 0xff), 'sheet/unknown-format'],
    ['it ends inside a character', Uint8Array.of(0x3c, 0x61, 0x2f, 0x3e, 0xe4), 'sheet/unknown-format'],
    ['it ends before its root', '<a><b/>', 'sheet/truncated'],
    ['a tag closes another', '<a><b></a></b>', 'sheet/unknown-format'],
    ['it has a document type', '<!DOCTYPE a><a/>', 'sheet/unknown-format'],
    ['it has a declaration', '<!ELEMENT a><a/>', 'sheet/unknown-format'],
    ['it names an entity of its own', '<a>&b;</a>', 'sheet/unknown-format'],
    ['it names an entity of HTML', '<a>&nbsp;</a>', 'sheet/unknown-format'],
    ['an attribute has a name that the package cannot take', '<a hasOwnProperty="" b=""/>', 'sheet/unknown-format'],
    ['it is deeper than any workbook', '<a>'.repeat(200), 'sheet/too-large'],
    ['a text has no end', `<a>${'b'.repeat(1_500_000)}`, 'sheet/too-large'],
    ['a tag has no end', `<a ${'b="" '.repeat(300_000)}`, 'sheet/too-large'],
    ['a comment has no end', `<!--${'b'.repeat(1_500_000)}`, 'sheet/too-large'],
    ['a declaration has no end', `<!${'b'.repeat(1_500_000)}`, 'sheet/unknown-format'],
    ['a declaration behind spaces has no end', `<a>< !${'b'.repeat(1_500_000)}`, 'sheet/unknown-format'],
  ])('is refused when %s', async (_, xml, code) => {
    expect(await refusal(xml)).toBe(code);
  });
});

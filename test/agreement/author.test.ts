import { describe, expect, it } from 'vitest';
import { pinSchemas, readAuthored } from '../../node/agreement/author.ts';
import { schemaDigest } from '../../node/agreement/schema-digest.ts';
import { authoredPage, keysOf, ports, schemas } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const context = { keys: 'optional', schemas, ...ports } as const;

/** The page with a keys block under each member, as an operator would fill it in. */
function pageWithKeys(): string {
  return authoredPage.replace(
    / {2}- id: "(\d+)"[\s\S]*?issuer: (\S+)[\s\S]*?origin: (\S+)\n/g,
    (member, id, issuer, origin) => {
      return `${member}    keys: ${JSON.stringify(keysOf({ id, issuer, origin }))}\n`;
    },
  );
}

function lineOf(page: string, text: string): number {
  return page.slice(0, page.indexOf(text)).split('\n').length;
}

describe('readAuthored', () => {
  it('reads the sample of config/agreements without a mistake', () => {
    const { agreement, mistakes } = readAuthored(authoredPage, context);
    expect(mistakes).toEqual([]);
    expect(agreement?.members.map(({ id }) => id)).toEqual(['310000', '320000', '330000', '340000']);
  });

  it('pins every type of schemas/bulletin by the digest of its schema', () => {
    const { agreement } = readAuthored(authoredPage, context);
    const pinned = new Map(agreement?.catalogue.map(({ type, schema }) => [`bulletin/${type}`, schema]));
    expect([...pinned.keys()].sort()).toEqual([...schemas.keys()].sort());
    for (const [name, schema] of schemas) expect(pinned.get(name)).toBe(schemaDigest(schema, hash));
  });

  it('asks for keys from signing on, and takes the page once they are filled in', () => {
    const missing = readAuthored(authoredPage, { ...context, keys: 'required' }).mistakes;
    expect(missing.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(
      [0, 1, 2, 3].map((i) => `key-missing /members/${i}`),
    );
    expect(missing[1]).toMatchObject({ line: lineOf(authoredPage, 'id: "320000"') });
    const filled = readAuthored(pageWithKeys(), { ...context, keys: 'required' });
    expect(filled.mistakes).toEqual([]);
  });

  it('finds member ids without quotes, wherever they stand, with line and column', () => {
    const page = authoredPage
      .replace('id: "330000"', 'id: 330000')
      .replace('to: ["320000", "330000"]', 'to: [320000, "330000"]');
    const { mistakes } = readAuthored(page, context);
    const unquoted = mistakes.filter(({ code }) => code === 'id-not-text');
    expect(unquoted).toEqual([
      {
        pointer: '/members/2/id',
        code: 'id-not-text',
        zh: '成员代码须是加引号的文本：写成 "330000"',
        en: 'member ids are quoted text: write "330000"',
        line: lineOf(page, 'id: 330000'),
        column: 9,
      },
      expect.objectContaining({ pointer: '/catalogue/3/flows/0/to/0', line: lineOf(page, 'to: [320000'), column: 14 }),
    ]);
  });

  it('lists mistakes of every kind at once, from top to bottom', () => {
    const page = authoredPage
      .replace('from: 2026-01-01', 'from: 2026-13-01')
      .replace('schema: bulletin/grade', 'schema: bulletin/grades')
      .replace('witnessQuorum: 2', 'witnessQuorum: 1')
      .replace('zh: 安徽省', 'zh: "安\\t徽"')
      .replace('to: ["310000", "320000"]', 'to: ["310000", "360000"]')
      .replace('required: all', 'required: 2');
    const { mistakes, agreement } = readAuthored(page, context);
    expect(agreement).toBeUndefined();
    expect(mistakes.map(({ code }) => code)).toEqual([
      'form',
      'unsaid-character',
      'unknown-schema',
      'unknown-member',
      'quorum-too-small',
      'governance-too-small',
    ]);
    expect(mistakes.map(({ line }) => line)).toEqual(mistakes.map(({ line }) => line).sort((a, b) => a - b));
    for (const { zh, en } of mistakes) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).not.toMatch(/[\u4e00-\u9fff]|undefined/);
    }
  });

  it('says where the YAML itself is wrong', () => {
    const { mistakes } = readAuthored('id: a\nid: b\n', context);
    expect(mistakes).toMatchObject([{ code: 'yaml', line: 2, column: 1, pointer: '' }]);
  });

  it('complains of an empty page', () => {
    expect(readAuthored('', context).mistakes[0]).toMatchObject({ line: 1, column: 1 });
  });
});

describe('pinSchemas', () => {
  const penalty = schemas.get('bulletin/penalty') ?? {};
  const page = (schema: string) => ({ catalogue: [{ type: 'penalty', schema }] });

  it('keeps a digest that is the one of the file', () => {
    const digest = schemaDigest(penalty, hash);
    expect(pinSchemas(page(digest), schemas, hash)).toEqual({ value: page(digest), mistakes: [] });
  });

  it('complains of a digest that is not, and says which it would be', () => {
    const { mistakes } = pinSchemas(page(`sha-256:${'A'.repeat(43)}`), schemas, hash);
    expect(mistakes).toMatchObject([{ pointer: '/catalogue/0/schema', code: 'schema-differs' }]);
    expect(mistakes[0]?.en).toContain(schemaDigest(penalty, hash));
  });

  it('gives another digest when the schema says something else, and the same for another layout', () => {
    expect(schemaDigest({ ...penalty, title: 'x' }, hash)).not.toBe(schemaDigest(penalty, hash));
    expect(schemaDigest(Object.fromEntries(Object.entries(penalty).reverse()), hash)).toBe(schemaDigest(penalty, hash));
  });

  it('leaves what is no agreement to the check', () => {
    for (const value of [null, 'text', [], {}, { catalogue: 'x' }, { catalogue: [null, { schema: 5 }] }]) {
      expect(pinSchemas(value, schemas, hash)).toEqual({ value, mistakes: [] });
    }
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bulletinTypes, findType, findTypeByName } from '../../node/bulletin/catalogue.ts';
import { parseClaims } from '../../node/bulletin/claims.ts';
import { correctable } from '../../node/bulletin/types/correction.ts';
import {
  bulletinCheck,
  readBulletinSchema,
  sampleBody,
  sampleClaims,
  sampleSigner,
  sampleUscc,
} from '../support/bulletins.ts';
import { verifySignature } from '../support/crypto.ts';

type Schema = { [name: string]: unknown };

const root = new URL('../../', import.meta.url);
const names = bulletinTypes.map((type) => type.name);
const codes = parse(readFileSync(new URL('config/codes.yaml', root), 'utf8')) as Record<
  string,
  { title: Label; source: string; codes: Record<string, Label & { confidence?: string; grades?: string[] }> }
>;
type Label = { zh: string; en: string };

const bilingual = /\p{Script=Han}.* · .*[A-Za-z]/u;

describe('the catalogue', () => {
  it('has one row for every schema file', () => {
    const files = readdirSync(new URL('schemas/bulletin/', root)).map((file) => file.replace('.json', ''));
    expect([...names].sort()).toEqual(files.sort());
  });

  it.each(bulletinTypes)('names $name the same everywhere', (type) => {
    expect(type.event).toBe(`urn:huxin:bulletin:${type.name}:1`);
    expect(type.schema).toBe(`bulletin/${type.name}`);
    expect(readBulletinSchema(type.name).$id).toBe(type.event);
    expect(findType(type.event)).toBe(type);
    expect(findTypeByName(type.name)).toBe(type);
  });

  it('knows no other type', () => {
    expect(findType('urn:huxin:bulletin:penalty:2')).toBeUndefined();
    expect(findTypeByName('toString')).toBeUndefined();
  });

  it.each([
    ['penalty', '2026-03-02'],
    ['dishonesty', '2026-03-02'],
    ['grade', '2026-03-31'],
    ['commendation', '2026-04-26'],
    ['correction', '2026-03-02'],
    ['repair', '2026-09-04'],
    ['revocation', '2026-06-01'],
    ['serious-list', '2026-03-02'],
    ['permit', '2026-03-02'],
    ['warning', '2026-04-08'],
    ['extension', '2026-11-02'],
    ['objection', '2026-05-11'],
    ['objection-decision', '2026-05-15'],
    ['measure-feedback', '2026-06-01'],
  ])('finds the day of the decision in a %s', (name, day) => {
    expect(findTypeByName(name)?.decidedOn?.(sampleBody(name))).toBe(day);
  });

  it.each([
    ['correction', '2026-05-06'],
    ['repair', '2026-09-03'],
  ])('takes the day of a %s from its own document, when it has one', (name, day) => {
    expect(findTypeByName(name)?.decidedOn?.(sampleBody(name, {}, 'full'))).toBe(day);
  });

  it.each(correctable)('takes the day of a correction without a document from the $name that it puts right', (type) => {
    const held = sampleBody(type.name);
    const correction = findTypeByName('correction');
    expect(correction?.decidedOn?.({ replaces: 'x', [type.name]: held })).toBe(
      findTypeByName(type.name)?.decidedOn?.(held),
    );
  });

  it('can correct whatever opens a record', () => {
    const openers = bulletinTypes.filter(({ kind }) => kind === 'opens').map(({ name }) => name);
    expect(correctable.map(({ name }) => name)).toEqual(openers);
  });

  it('knows no day of what is about no record', () => {
    for (const name of ['receipt', 'journal', 'adoption', 'key', 'erasure', 'closing']) {
      expect(findTypeByName(name)?.decidedOn, name).toBeUndefined();
    }
  });

  it.each(names.filter((name) => name !== 'adoption'))(
    'scans every text of a %s that no pattern or list narrows',
    (name) => {
      const texts = freeTextOf(readBulletinSchema(name)).filter((path) => !/(^|\.)document\.number$/.test(path));
      expect([...(findTypeByName(name)?.freeText ?? [])].sort()).toEqual(texts.sort());
    },
  );
});

describe('docs/protocol.md', () => {
  const page = readFileSync(new URL('docs/protocol.md', root), 'utf8');
  const opening = /\*opening\* is (.+?)\. Amounts/s.exec(page)?.[1] ?? '';
  const paths = (text: string) => [...text.matchAll(/`([\w.]+)`/g)].map(([, path]) => path);

  it.each(bulletinTypes)('lists $name with its kind and the text that is searched', (type) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${type.name}\` | ${type.kind}`)) ?? '';
    const [, , schema, text = ''] = row.slice(2, -2).split(' | ');
    expect(schema).toBe(`[${type.name}.json](../schemas/bulletin/${type.name}.json)`);
    const said = [...(text.startsWith('*opening*') ? paths(opening) : []), ...paths(text)];
    const own = type.name === 'correction' ? type.freeText.slice(0, 4) : type.freeText;
    expect(said.sort()).toEqual([...own].sort());
  });
});

describe.each(names)('the schema of a %s', (name) => {
  const schema = readBulletinSchema(name);

  it('takes the least body', () => {
    expect(bulletinCheck(name)(sampleBody(name))).toEqual([]);
  });

  it('refers to nothing outside itself', () => {
    for (const { node } of nodesOf(schema)) {
      if ('$ref' in node) expect(node.$ref).toMatch(/^#\/\$defs\/[a-z-]+$/);
      expect(Object.keys(node)).not.toContain('$dynamicRef');
    }
  });

  it('is closed at every object', () => {
    const objects = nodesOf(schema).filter(({ node }) => node.type === 'object');
    expect(objects.length).toBeGreaterThan(0);
    for (const { node } of objects) expect(node).toHaveProperty('additionalProperties', false);
  });

  it('is named in Chinese and English, and so is every member', () => {
    expect(schema.title).toMatch(bilingual);
    for (const { path, node } of nodesOf(schema)) {
      if (/\/(properties|\$defs)\/[\w-]+$/.test(path) && !path.includes('/oneOf/') && !isCondition(path)) {
        expect(node.title, path).toMatch(bilingual);
      }
    }
  });

  it('bounds every text and every list', () => {
    for (const { path, node } of nodesOf(schema)) {
      if (node.type === 'string' && !('enum' in node) && !isCondition(path))
        expect(node, path).toHaveProperty('maxLength');
      if (node.type === 'array') {
        expect(node, path).toHaveProperty('maxItems');
        expect(node, path).toHaveProperty('uniqueItems', true);
      }
    }
  });
});

describe.each(names.filter((name) => name !== 'adoption'))('the full sample of a %s', (name) => {
  const body = sampleBody(name, {}, 'full');

  it('is right', () => {
    expect(bulletinCheck(name)(body)).toEqual([]);
  });

  it('has every member that the schema knows', () => {
    const others =
      name === 'correction' ? correctable.map((type) => type.name).filter((type) => type !== 'penalty') : [];
    const properties = Object.keys(readBulletinSchema(name).properties as Schema);
    expect([...Object.keys(body), ...others].sort()).toEqual(properties.sort());
  });
});

describe('a correction', () => {
  const schema = readBulletinSchema('correction');

  it.each(correctable.map((type) => type.name))('repeats the schema of a %s unchanged', (name) => {
    const { $schema, $id, $comment, $defs, ...body } = readBulletinSchema(name);
    const held = schema.$defs as Schema;
    expect(held[name]).toEqual(body);
    for (const [part, value] of Object.entries($defs as Schema)) expect(held[part], part).toEqual(value);
    expect([$schema, $comment]).toEqual([schema.$schema, schema.$comment]);
    expect($id).not.toBe(schema.$id);
  });
});

describe('config/codes.yaml', () => {
  it('has labels that no comma cuts: every member of a code is known', () => {
    const known = ['zh', 'en', 'confidence', 'legacy', 'grades', 'note', 'source'];
    const entries = Object.values(codes).flatMap((list) => Object.values(list.codes));
    expect(entries.flatMap((entry) => Object.keys(entry)).filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    ['penalty-category', 'penalty', 'properties.categories.items'],
    ['penalty-procedure', 'penalty', 'properties.procedure'],
    ['conduct', 'dishonesty', 'properties.conduct'],
    ['conduct-form', 'dishonesty', 'properties.form'],
    ['measure', 'dishonesty', 'properties.measures.items'],
    ['severity', 'penalty', 'properties.severity'],
    ['subject-kind', 'penalty', '$defs.subject.properties.kind'],
    ['sharing', 'penalty', 'properties.sharing'],
    ['revocation-ground', 'revocation', 'properties.ground'],
    ['serious-ground', 'serious-list', 'properties.ground'],
    ['permit-category', 'permit', 'properties.category'],
    ['permit-status', 'permit', 'properties.status'],
    ['warning-level', 'warning', 'properties.level'],
    ['extension-ground', 'extension', 'properties.ground'],
    ['repair-condition', 'repair', 'properties.conditions.items'],
    ['objection-outcome', 'objection-decision', 'properties.outcome'],
    ['measure', 'measure-feedback', 'properties.measures.items'],
    ['erasure-ground', 'erasure', 'properties.ground'],
    ['honour-level', 'commendation', 'properties.level'],
    ['grade-scheme', 'grade', 'properties.scheme.anyOf.0'],
  ])('lists %s as the schema of a %s does', (list, name, path) => {
    const node = path.split('.').reduce<unknown>((at, key) => (at as Schema)[key], readBulletinSchema(name)) as Schema;
    expect(Object.keys(codes[list]?.codes ?? {})).toEqual(node.enum);
  });

  it('has no two lists of the same codes, so that a list of a schema tells which labels are its own', () => {
    const listed = Object.values(codes).map((list) => Object.keys(list.codes).join());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('leaves no list of a schema without labels', () => {
    const listed = new Set(Object.values(codes).map((list) => Object.keys(list.codes).join()));
    for (const name of names) {
      for (const { path, node } of nodesOf(readBulletinSchema(name))) {
        if (Array.isArray(node.enum) && !isCondition(path)) expect(listed, path).toContain(node.enum.join());
      }
    }
  });

  it('lists the grades of the national schemes', () => {
    const { then } = readBulletinSchema('grade') as { then: { properties: { grade: { enum: string[] } } } };
    const grades = Object.values(codes['grade-scheme']?.codes ?? {}).flatMap((scheme) => scheme.grades ?? []);
    expect([...new Set(grades)]).toEqual(then.properties.grade.enum);
  });

  it('has a Chinese and an English label for every code, and doubts in three degrees', () => {
    for (const { title, source, codes: entries } of Object.values(codes)) {
      expect(source).toBeTruthy();
      for (const { zh, en, confidence } of [title, ...Object.values(entries)] as (Label & { confidence?: string })[]) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(en).toMatch(/^[A-Z]/);
        expect([undefined, 'high', 'medium', 'low']).toContain(confidence);
      }
    }
  });
});

describe('the samples', () => {
  it('sign with the same key in every run', async () => {
    const { publicKey, sign } = sampleSigner('a');
    expect(publicKey).toEqual(sampleSigner('a').publicKey);
    expect(publicKey).not.toEqual(sampleSigner('b').publicKey);
    const data = new Uint8Array([1, 2, 3]);
    expect(await verifySignature(publicKey, data, await sign(data))).toBe(true);
  });

  it.each(names)('make claims of good form for a %s', (name) => {
    expect(parseClaims({ ...sampleClaims(name) })).toHaveProperty('claims');
  });

  it('make the same synthetic codes as the vectors', () => {
    expect(sampleUscc(100)).toBe('91310000XX0001003H');
    expect(sampleUscc(200)).toBe('91310000XX00020062');
  });
});

/** Every schema inside a schema, with where it stands. */
function nodesOf(value: unknown, path = ''): { path: string; node: Schema }[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, member]) => nodesOf(member, `${path}/${key}`));
  return Array.isArray(value) ? below : [{ path, node: value as Schema }, ...below];
}

function isCondition(path: string): boolean {
  return /\/(if|then|dependentSchemas)\//.test(path);
}

/** Dotted paths of the texts that neither a pattern nor a list narrows. */
function freeTextOf(schema: Schema, defs = (schema.$defs ?? {}) as Schema): string[] {
  return Object.entries((schema.properties ?? {}) as Schema).flatMap(([name, member]) => {
    const target = String((member as Schema).$ref ?? '')
      .split('/')
      .at(-1);
    const node = (target ? defs[target] : member) as Schema;
    if (node.type === 'object') return freeTextOf(node, defs).map((path) => `${name}.${path}`);
    return node.type === 'string' && !('enum' in node) && !('pattern' in node) ? [name] : [];
  });
}

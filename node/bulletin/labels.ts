/**
 * What a bulletin holds, in words: the bilingual titles of its schema, and the labels of `config/codes.yaml` where a
 * value is a code.
 */

import type { Sentence } from '../base/sentences.ts';

/** One thing that a body says. */
export interface Line {
  /** Dotted: `document.number`. */
  path: string;
  label: Sentence;
  value: Sentence;
}

/** The title of a type: 行政处罚 · Administrative penalty. */
export type TitleOf = (type: string) => Sentence;

/** A member of a body as people fill it in. */
export interface Field {
  /** Dotted: `document.number`. */
  path: string;
  label: Sentence;
  /** Labels of the members that hold it, from the outside in. */
  within: readonly Sentence[];
  kind: 'text' | 'day' | 'choice' | 'choices';
  /** The codes from which is chosen; none for the other kinds. */
  choices: readonly (Sentence & { code: string })[];
  /** Longest text. */
  longest?: number;
  /** Whether it must be given, and everything that holds it. */
  isRequired: boolean;
}

export interface Labels {
  titleOf: TitleOf;
  /** What a body of the type can say, in the order of its schema. */
  fieldsOf(type: string): Field[];
  /** What a body of the type says, in the order of its schema; an authority and its code are one line. */
  linesOf(type: string, body: Readonly<Record<string, unknown>>): Line[];
  /** Whether the member at that path is a list. */
  isList(type: string, path: string): boolean;
}

/** As much of a JSON Schema as has words. */
interface Form {
  title?: string;
  $ref?: string;
  type?: string;
  format?: string;
  maxLength?: number;
  required?: readonly string[];
  enum?: readonly string[];
  anyOf?: readonly Form[];
  items?: Form;
  properties?: Record<string, Form>;
  $defs?: Record<string, Form>;
}

type Codes = Record<string, Partial<Sentence>>;
type CodeLists = Readonly<Record<string, { codes: Codes }>>;

/**
 * @param schemas every schema of the program, by its name such as `bulletin/penalty`
 * @param codes what `config/codes.yaml` holds
 */
export function buildLabels(schemas: ReadonlyMap<string, Form>, codes: CodeLists): Labels {
  const formOf = (type: string): Form => schemas.get(`bulletin/${type}`) ?? {};

  // A list of a schema is known by its codes: no two lists of config/codes.yaml have the same (a test sees to it).
  const byCodes = new Map(Object.values(codes).map((list) => [Object.keys(list.codes).join(), list.codes]));
  const codesOf = ({ enum: own, items, anyOf = [] }: Form): Codes => {
    const listed = own ?? items?.enum ?? anyOf.find((form) => form.enum)?.enum ?? [];
    return byCodes.get(listed.join()) ?? {};
  };
  const say = (form: Form, value: unknown): Sentence => {
    const labels = codesOf(form);
    const parts = [value].flat().map((part) => {
      const code = String(part);
      const { zh = code, en = code } = labels[code] ?? {};
      return { zh, en };
    });
    return { zh: parts.map(({ zh }) => zh).join('、'), en: parts.map(({ en }) => en).join(', ') };
  };

  function linesAt(form: Form, root: Form, value: unknown, path: string): Line[] {
    if (value === undefined) return [];
    const label = split(form.title ?? path);
    if (!isTree(value)) return [{ path, label, value: say(resolve(form, root), value) }];
    const { name, uscc } = value;
    if (typeof name === 'string' && typeof uscc === 'string') {
      return [{ path, label, value: { zh: `${name}（${uscc}）`, en: `${name} (${uscc})` } }];
    }
    const members = Object.entries(resolve(form, root).properties ?? {});
    return members.flatMap(([member, part]) => linesAt(part, root, value[member], path ? `${path}.${member}` : member));
  }

  function fieldsAt(form: Form, root: Form, at: Pick<Field, 'path' | 'within' | 'isRequired'>): Field[] {
    const { properties, required = [], type, format, maxLength, enum: listed } = resolve(form, root);
    const label = split(form.title ?? at.path);
    if (properties) {
      const within = at.path === '' ? [] : [...at.within, label];
      return Object.entries(properties).flatMap(([name, part]) => {
        const path = at.path === '' ? name : `${at.path}.${name}`;
        return fieldsAt(part, root, { path, within, isRequired: at.isRequired && required.includes(name) });
      });
    }
    const kind = type === 'array' ? 'choices' : listed ? 'choice' : format === 'date' ? 'day' : 'text';
    const codes = kind === 'choice' || kind === 'choices' ? Object.entries(codesOf(resolve(form, root))) : [];
    const choices = codes.map(([code, { zh = code, en = code }]) => ({ code, zh, en }));
    return [{ ...at, label, kind, choices, ...(kind === 'text' && maxLength !== undefined && { longest: maxLength }) }];
  }

  return {
    fieldsOf: (type) => fieldsAt(formOf(type), formOf(type), { path: '', within: [], isRequired: true }),
    titleOf: (type) => split(formOf(type).title ?? type),
    linesOf: (type, body) => linesAt(formOf(type), formOf(type), body, ''),
    isList: (type, path) => {
      const root = formOf(type);
      const down = (form: Form, member: string): Form => resolve(form, root).properties?.[member] ?? {};
      return path.split('.').reduce(down, root).type === 'array';
    },
  };
}

function resolve(form: Form, root: Form): Form {
  return form.$ref ? (root.$defs?.[form.$ref.replace('#/$defs/', '')] ?? {}) : form;
}

/** `中文 · English` */
function split(title: string): Sentence {
  const [zh = title, en = zh] = title.split(' · ');
  return { zh, en };
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

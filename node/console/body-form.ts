/**
 * The body of a bulletin as a form: its fields come from the schema, their names are paths into the body, so that a
 * complaint of the schema finds its field. Written and read by the same list of fields.
 */

import { type Html, html } from '../base/html.ts';
import { parsePointer, textAt } from '../base/pointer.ts';
import { Problem } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import type { Field } from '../bulletin/labels.ts';
import type { Fields } from './browser.ts';
import { checkboxes, input, select, textArea } from './elements.ts';
import type { View } from './page.ts';

type Body = Record<string, unknown>;

/** Longer texts have several lines. */
const longestLine = 256;

/** Every field with what the body holds, those of one part together. */
export function showFields(fields: readonly Field[], body: Body, wrong: ReadonlySet<string>, view: View): Html {
  const groups: { legend: string; fields: Html[] }[] = [];
  for (const field of fields) {
    const [part, ...inner] = field.within.map(view.say);
    const legend = part ?? '';
    const label = [...inner, view.say(field.label)].join(view.t('：', ': '));
    const last = groups.at(-1);
    const control = showField(field, label, body, wrong, view);
    if (last && last.legend === legend) last.fields.push(control);
    else groups.push({ legend, fields: [control] });
  }
  return html`${groups.map(({ legend, fields }) =>
    legend === ''
      ? html`<div class="row">${fields}</div>`
      : html`<fieldset><legend>${legend}</legend><div class="row">${fields}</div></fieldset>`,
  )}`;
}

function showField(field: Field, label: string, body: Body, wrong: ReadonlySet<string>, { t, say }: View): Html {
  const { path, kind, isRequired, longest } = field;
  const held = valueAt(body, path);
  const choices = field.choices.map(({ code, zh, en }) => ({ value: code, label: say({ zh, en }) }));
  const look = {
    ...{ name: path, label, value: textAt(body, path), isRequired, isWrong: wrong.has(path) },
    ...(isRequired && { mark: t('必填', 'required') }),
  };
  if (kind === 'choices') return checkboxes({ ...look, choices, values: Array.isArray(held) ? held.map(String) : [] });
  if (kind === 'choice') return select({ ...look, choices, none: t('请选择', 'Choose') });
  if (kind === 'day') return input({ ...look, type: 'date' });
  const bound = longest === undefined ? {} : { longest };
  return longest !== undefined && longest > longestLine
    ? textArea({ ...look, ...bound })
    : input({ ...look, ...bound });
}

/** What was filled in, laid over what the body held: an empty field takes its member away. */
export function readFields(fields: readonly Field[], given: Fields, held: Body = {}): Body {
  const body = structuredClone(held);
  for (const { path, kind } of fields) {
    const value = kind === 'choices' ? given.all(path) : given.one(path);
    put(body, path.split('.'), value === undefined || value.length === 0 ? undefined : value);
  }
  return body;
}

/** A document of which nothing but the authority was left filled in, as the form began, is none. */
export function withoutEmptyDocument({ document, ...rest }: Body): Body {
  const isGiven = textAt(document, 'number') !== undefined || textAt(document, 'date') !== undefined;
  return isGiven ? { document, ...rest } : rest;
}

/** What a schema or a guard says of a field, in the words of the form's labels; any other problem as it is. */
export function explain(problem: Problem, fields: readonly Field[]): Problem {
  const { complaints, member, mistakes = [] } = problem.facts;
  const named = fields.find(({ path }) => path === member);
  if (named) {
    const say = (label: string) => sentenceOf({ code: problem.code, facts: { ...problem.facts, member: label } });
    const mistake = { pointer: pointerOf(named), zh: say(named.label.zh).zh, en: say(named.label.en).en };
    return new Problem('input/invalid', { mistakes: [mistake, ...[mistakes].flat()] });
  }
  if (!Array.isArray(complaints)) return problem;
  const told = (complaints as { pointer: string; zh: string; message: string }[]).flatMap(
    ({ pointer, zh, message }) => {
      const [, missing] = /required property '(.+)'/.exec(message) ?? [];
      const path = [...parsePointer(pointer), ...(missing === undefined ? [] : [missing])].join('.');
      const field = fields.find((one) => one.path === path || one.path.startsWith(`${path}.`));
      if (!field) return [];
      const wrong =
        missing !== undefined ? missingWords : message.startsWith('must match') ? patternWords : { zh, en: message };
      const { label } = field;
      return [
        {
          pointer: pointerOf(field),
          zh: `${label.zh}：${wrong.zh}`,
          en: `${label.en}: ${wrong.en}`,
        },
      ];
    },
  );
  const first = told.filter(({ pointer }, i) => i === told.findIndex((one) => one.pointer === pointer));
  return first.length === 0 ? problem : new Problem('input/invalid', { mistakes: [...first, ...[mistakes].flat()] });
}

function pointerOf({ path }: Field): string {
  return `/${path.replaceAll('.', '/')}`;
}

const missingWords = { zh: '须填写', en: 'must be filled in' };
const patternWords = { zh: '写法不对', en: 'is not written as it must be' };

/** Paths of the fields that a problem names. */
export function wrongFields({ facts }: Problem): ReadonlySet<string> {
  const mistakes = Array.isArray(facts.mistakes) ? (facts.mistakes as { pointer?: string }[]) : []; // as `sentences.ts` reads them
  return new Set(mistakes.map(({ pointer = '' }) => parsePointer(pointer).join('.')));
}

function valueAt(body: Body, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => (part as Body | undefined)?.[name], body); // schemas say where objects are
}

/** An absent value takes the member away, and a part that holds nothing more with it. */
function put(place: Body, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete place[name];
    else place[name] = value;
    return;
  }
  const inner = { ...(place[name] as Body | undefined) }; // the schema says whether it is an object
  put(inner, rest, value);
  if (Object.keys(inner).length > 0) place[name] = inner;
  else delete place[name];
}

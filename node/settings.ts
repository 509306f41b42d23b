/**
 * The settings as `schemas/config.json` lists them: laid over by the environment, and what is wrong with their form. The
 * bilingual titles and descriptions of the schema are also the words of the complaints.
 */

import { parsePointer } from './base/pointer.ts';
import { compileSchema } from './base/schema.ts';
import type { Environment } from './environment.ts';

/** A setting of the schema: an object of settings, or a value. */
export interface Setting {
  title: string;
  description: string;
  type?: string;
  properties?: Record<string, Setting>;
}

type Tree = { [name: string]: unknown };

/** What is wrong with a setting, in both languages. */
export interface Finding {
  /** RFC 6901. */
  pointer: string;
  zh: string;
  en: string;
}

/** Everything that the schema finds wrong, each once. */
export function checkForm(value: unknown, schema: Setting): Finding[] {
  const findings = compileSchema(schema)(value).map(({ pointer, message }): Finding => {
    const [, missing] = /required property '(.+)'/.exec(message) ?? [];
    if (missing) {
      const lacking = `${pointer}/${missing}`;
      return complain(pointer, settingAt(schema, lacking), lacking, '缺少此项：', 'is missing: ');
    }
    return complain(pointer, settingAt(schema, pointer), pointer, '应为：', 'must be ');
  });
  return findings.filter(
    ({ pointer, zh }, at) => at === findings.findIndex((one) => one.pointer === pointer && one.zh === zh),
  );
}

function complain(pointer: string, setting: Setting | undefined, of: string, zh: string, en: string): Finding {
  const name = parsePointer(of).join('.');
  if (!setting) return { pointer, zh: `${name}：没有这项配置`, en: `${name}: there is no such setting` };
  const [titleZh, titleEn] = split(setting.title);
  const [wantedZh, wantedEn] = split(setting.description);
  const names = name === '' ? ['', ''] : [`${name}（`, `${name} (`];
  const ends = name === '' ? ['', ''] : ['）', ')'];
  return {
    pointer,
    zh: `${names[0]}${titleZh}${ends[0]}：${zh}${wantedZh}`,
    en: `${names[1]}${titleEn}${ends[1]}: ${en}${wantedEn}`,
  };
}

/** Sets in `value` what the environment says; returns pointer → variable. */
export function applyEnvironment(value: unknown, schema: Setting, environment: Environment): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { path, type } of settingsOf(schema)) {
    const variable = variableOf(path);
    const said = environment[variable];
    if (said === undefined) continue;
    put(value, path, readVariable(said, type));
    variables.set(`/${path.join('/')}`, variable);
  }
  return variables;
}

/** A number, true or false, a list divided by commas, or the text itself; the schema says whether it fits. */
function readVariable(said: string, type: string | undefined): unknown {
  if (type === 'integer' && /^\d+$/.test(said)) return Number(said);
  if (type === 'boolean' && /^(true|false)$/.test(said)) return said === 'true';
  return type === 'array' ? said.split(',').filter((one) => one !== '') : said;
}

/** Every value that can be set, groups unfolded. */
function settingsOf({ properties = {} }: Setting, above: string[] = []): { path: string[]; type?: string }[] {
  return Object.entries(properties).flatMap(([name, part]) => {
    const path = [...above, name];
    return part.properties ? settingsOf(part, path) : [{ path, ...(part.type && { type: part.type }) }];
  });
}

/** Leaves alone what is no group: the schema will complain of it. */
function put(tree: unknown, [name = '', ...rest]: string[], value: unknown): void {
  if (!isTree(tree)) return;
  if (rest.length === 0) tree[name] = value;
  else {
    tree[name] ??= {};
    put(tree[name], rest, value);
  }
}

/** The variable of a setting: `['listen', 'port']` → `HUXIN_LISTEN_PORT`. */
export function variableOf(path: readonly string[]): string {
  return `HUXIN_${path.map((word) => word.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()).join('_')}`;
}

function settingAt(schema: Setting, pointer: string): Setting | undefined {
  return parsePointer(pointer).reduce<Setting | undefined>((setting, name) => setting?.properties?.[name], schema);
}

/** What stands at a pointer; undefined where nothing does. */
export function valueAt(value: unknown, pointer: string): unknown {
  return parsePointer(pointer).reduce<unknown>((part, name) => (isTree(part) ? part[name] : undefined), value);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `中文 · English` */
function split(text: string): [string, string] {
  const [zh = '', en = ''] = text.split(' · ');
  return [zh, en];
}

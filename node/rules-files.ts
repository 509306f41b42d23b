/** Reads the folders of rule packs and holidays: every file's form, then what must hold among them, all mistakes at once. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HolidayTable } from './base/calendar.ts';
import { Problem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import { parseYaml } from './base/yaml.ts';
import { checkHolidays, checkPacks, type Page, type PageMistake, type Vocabulary } from './registry/rule-check.ts';
import { buildRules, type RulePack, type Rules } from './registry/rules.ts';

/** Where they lie, and the schemas by name: `rules`, `holidays` and those of the bulletins. */
export interface RuleFolders {
  rules: string;
  holidays: string;
  schemas: ReadonlyMap<string, object>;
}

interface Reading<T> {
  /** Every file's name without ending. */
  names: string[];
  /** Those of the right form. */
  pages: Page<T>[];
  mistakes: PageMistake[];
}

/** @throws {Problem} config/invalid with all `mistakes`, each with file, line and column */
export function loadRules({ rules, holidays, schemas }: RuleFolders): Rules {
  const packs = readPages<RulePack>(rules, schemas.get('rules') ?? {});
  const tables = readPages<HolidayTable>(holidays, schemas.get('holidays') ?? {});
  const mistakes = [
    ...packs.mistakes,
    ...checkPacks(packs.pages, packs.names, vocabularyOf(schemas)),
    ...tables.mistakes,
    ...checkHolidays(tables.pages),
  ].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0)));
  if (mistakes.length > 0) throw new Problem('config/invalid', { mistakes });
  return buildRules(
    packs.pages.map(({ value }) => value),
    tables.pages.map(({ value }) => value),
  );
}

function readPages<T>(folder: string, schema: object): Reading<T> {
  const check = compileSchema(schema);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  const reading: Reading<T> = { names: files.map((file) => file.slice(0, -'.yaml'.length)), pages: [], mistakes: [] };
  for (const [i, name] of files.entries()) {
    const file = join(folder, name);
    const { value, positionOf, mistakes } = parseYaml(readFileSync(file, 'utf8'));
    const faults = mistakes.map(({ message, ...fault }) => ({ file, pointer: '', en: message, ...fault }));
    const complaints = faults.length > 0 ? [] : check(value);
    reading.mistakes.push(
      ...faults,
      ...complaints.map(({ pointer, zh, message }) => ({ file, ...positionOf(pointer), pointer, zh, en: message })),
    );
    if (reading.mistakes.some((mistake) => mistake.file === file)) continue;
    reading.pages.push({ value: value as T, file, name: reading.names[i] as string, positionOf }); // just checked
  }
  return reading;
}

interface MemberSchema {
  enum?: string[];
  items?: MemberSchema;
}

/** What the bulletins' schemas say of the members that a pack's conditions may name. */
function vocabularyOf(schemas: ReadonlyMap<string, object>): Vocabulary {
  const types = [...schemas].filter(([name]) => name.startsWith('bulletin/'));
  return new Map(
    types.map(([name, schema]) => {
      const { properties = {} } = schema as { properties?: Record<string, MemberSchema> }; // a body is an object
      const members = Object.entries(properties).map(
        ([member, part]) => [member, part.enum ?? part.items?.enum] as const,
      );
      return [name.slice('bulletin/'.length), new Map(members)];
    }),
  );
}

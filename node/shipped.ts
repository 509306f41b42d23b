/** The files that come with the program: schemas, code lists, rule packs, holidays, pages to start from, the page that verifies; and its version. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `schemas/` and `config/`: the project's, whether this runs from source or from `dist/`. */
export function shipped(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const root = ['..', '../..'].map((up) => resolve(here, up)).find((folder) => existsSync(resolve(folder, 'schemas')));
  if (!root) throw new Error(`no schemas folder above ${here}`);
  return root;
}

/** The program's own version, such as `0.1.0`. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(resolve(shipped(), 'package.json'), 'utf8')) as { version: string }; // our own
  return version;
}

/** The oldest Node that runs this program, such as `20.19`. */
export function leastNodeVersion(): string {
  const { engines } = JSON.parse(readFileSync(resolve(shipped(), 'package.json'), 'utf8')) as {
    engines: { node: string };
  }; // our own
  return engines.node.replace(/^>=/, '');
}

/** The folder of schemas that comes with the program. */
export function shippedSchemas(): string {
  return resolve(shipped(), 'schemas');
}

/** The file of code lists that comes with the program. */
export function shippedCodes(): string {
  return resolve(shipped(), 'config/codes.yaml');
}

/** The folders of rule packs and holidays that come with the program. */
export function shippedRules(): { rules: string; holidays: string } {
  return { rules: resolve(shipped(), 'config/rules'), holidays: resolve(shipped(), 'config/holidays') };
}

/** Every schema of the folder by its name, such as `agreement` and `bulletin/penalty`. */
export function loadSchemas(folder: string): ReadonlyMap<string, object> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort();
  const read = (file: string) => JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as object; // schemas are objects
  return new Map(files.map((file) => [file.slice(0, -'.json'.length).split(sep).join('/'), read(file)]));
}

/** The sample of an agreement that comes with the program: YAML text. */
export function sampleAgreementPage(): string {
  return readFileSync(resolve(shipped(), 'config/agreements/yrd-ip-credit.yaml'), 'utf8');
}

/**
 * The page that verifies evidence without a network: HTML.
 *
 * @throws {Error} in a clone that was not built
 */
export function shippedPage(): string {
  const file = resolve(shipped(), 'dist/verify.html');
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run build makes it`);
  return readFileSync(file, 'utf8');
}

/** A configuration to start from, every setting explained in both languages: YAML text, for `huxin config init`. */
export function configTemplate(): string {
  return readFileSync(resolve(shipped(), 'config/node.yaml'), 'utf8');
}

/** The language-neutral vectors under test/vectors, by folder. */

import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../vectors/', import.meta.url);

/** One file, `log/valid/roots` say. */
export function readVector<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`${path}.json`, root), 'utf8')) as T; // the vectors are ours
}

/** All of a folder whose name starts so: name and content. */
export function readVectors<T>(folder: string, start: string): [name: string, vector: T][] {
  return readdirSync(new URL(`${folder}/`, root))
    .filter((file) => file.startsWith(start) && file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .map((name) => [name, readVector<T>(`${folder}/${name}`)]);
}

/** The parts of a file, section by section, as a verifier asks for them. */

import { Problem } from '../base/problem.ts';
import type { Part, SectionName, Sections } from './evidence.ts';

export type Cursor = ReturnType<typeof createCursor>;

export function createCursor(parts: AsyncIterable<Part>) {
  const values = parts[Symbol.asyncIterator]();
  let next: Part | undefined;
  let isOver = false;

  async function peek(): Promise<Part | undefined> {
    if (next || isOver) return next;
    const { value, done } = await values.next();
    isOver = done === true;
    next = isOver ? undefined : (value as Part);
    return next;
  }

  return {
    /** The values of that section, where the file stands at it. */
    async *all<S extends SectionName>(section: S): AsyncGenerator<Sections[S]> {
      for (let part = await peek(); part?.section === section; part = await peek()) {
        next = undefined;
        yield part.value as Sections[S]; // of that section
      }
    },

    /** The one value of that section; the reader saw to it that it is there. */
    async one<S extends SectionName>(section: S): Promise<Sections[S]> {
      for await (const value of this.all(section)) return value;
      throw new Problem('evidence/missing', { what: section });
    },

    /** Reads to the end of the file. */
    async end(): Promise<void> {
      const part = await peek();
      if (part) throw new Problem('evidence/surplus', { what: part.section });
    },

    /** Reads on, only for the form. */
    async drain(): Promise<void> {
      while (await peek()) next = undefined;
    },
  };
}

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

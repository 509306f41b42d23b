import { expect, it } from 'vitest';
import { parsePointer, pointerTo } from '../../node/base/pointer.ts';

// RFC 6901 §5, the keys of its example document
it.each([
  ['', []],
  ['/foo/0', ['foo', '0']],
  ['/', ['']],
  ['/a~1b', ['a/b']],
  ['/m~0n', ['m~n']],
  ['/~01', ['~1']],
])('reads and writes %j', (pointer, names) => {
  expect(parsePointer(pointer)).toEqual(names);
  expect(names.reduce(pointerTo, '')).toBe(pointer);
});

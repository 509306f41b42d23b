import { expect, test } from 'vitest';
import { formatTilePath, parseTilePath } from '../../node/log/tile-path.ts';

test.each([
  ['0/000', { level: 0, index: 0, width: 256 }],
  ['0/999', { level: 0, index: 999, width: 256 }],
  ['0/x001/000', { level: 0, index: 1000, width: 256 }],
  ['0/x001/x234/067', { level: 0, index: 1234067, width: 256 }], // the example of tlog-tiles
  ['0/x001/x234/067.p/112', { level: 0, index: 1234067, width: 112 }],
  ['1/001.p/17', { level: 1, index: 1, width: 17 }],
  ['63/000.p/255', { level: 63, index: 0, width: 255 }],
  ['0/x999/x999/x999/x999/999', { level: 0, index: 999_999_999_999_999, width: 256 }],
])('%s names a tile', (path, name) => {
  expect(parseTilePath(path)).toEqual(name);
  expect(formatTilePath(name)).toBe(path);
});

test.each([
  ...['', '0', '0/', '0/0', '0/00', '0/0000', '00/000', '01/000', '64/000', '-1/000', 'a/000', '0/x000', '0/x000/000'],
  ...[
    '0/001/000',
    '0/x1/000',
    '0/x001/x000',
    '0/000/',
    '0/000.p',
    '0/000.p/',
    '0/000.p/0',
    '0/000.p/01',
    '0/000.p/256',
  ],
  ...[
    '0/000.p/1000',
    '0/000.p/1/2',
    '0/x000/x001/000',
    '0/x001/x000/x000/x000/x000/000',
    '0/000\n',
    'entries/000',
    'data/000',
  ],
])('%s names none', (path) => {
  expect(parseTilePath(path)).toBeUndefined();
});

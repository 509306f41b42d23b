/** A tar archive (POSIX.1-1988 ustar), gzipped: one time and one owner throughout, in the order that is given. */

import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const block = 512;

/**
 * @param entries `{ path, source | content, isProgram }`; programs may be run by everyone
 * @param folder the one folder in the archive that everything lies in
 */
export async function writeArchive(file, entries, { folder, seconds, level }) {
  await pipeline(blocksOf(entries, folder, seconds), createGzip({ level }), createWriteStream(file));
}

async function* blocksOf(entries, folder, seconds) {
  const folders = new Set();
  for (const { path, source, content, isProgram } of entries) {
    for (const above of foldersOf(`${folder}/${path}`)) {
      if (folders.has(above)) continue;
      folders.add(above);
      yield header({ path: `${above}/`, size: 0, mode: 0o755, type: '5', seconds });
    }
    const size = content ? content.length : statSync(source).size;
    yield header({ path: `${folder}/${path}`, size, mode: isProgram ? 0o755 : 0o644, type: '0', seconds });
    if (content) yield content;
    else if (size < 2 ** 20) yield readFileSync(source);
    else yield* createReadStream(source);
    yield Buffer.alloc((block - (size % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

/** `a/b/c` → `a`, `a/b` */
function foldersOf(path) {
  const names = path.split('/').slice(0, -1);
  return names.map((_, i) => names.slice(0, i + 1).join('/'));
}

function header({ path, size, mode, type, seconds }) {
  const bytes = Buffer.alloc(block);
  const { name, prefix } = split(path);
  bytes.write(name, 0, 100);
  bytes.write(octal(mode, 8), 100);
  bytes.write(octal(0, 8), 108); // owner
  bytes.write(octal(0, 8), 116); // group
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(seconds, 12), 136);
  bytes.write(' '.repeat(8), 148); // the sum counts its own field as spaces
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  bytes.write('root', 265);
  bytes.write('root', 297);
  bytes.write(prefix, 345, 155);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return bytes;
}

function octal(value, width) {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}

/** A path of more than 100 bytes is cut at a slash. */
function split(path) {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  const cut = path.indexOf('/', path.length - 101);
  const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
  if (cut < 0 || name === '' || Buffer.byteLength(name) > 100 || Buffer.byteLength(prefix) > 155) {
    throw new RangeError(`no place in a tar archive for ${path}`);
  }
  return { name, prefix };
}

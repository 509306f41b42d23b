/** What goes into the archive of a release: every file by the path that it has there, sorted. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders and files that are taken as they are. */
const taken = ['schemas', 'config', 'docs', 'README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'LICENSE', 'package.json'];

/** What of a package no running program reads: types, maps, what it was compiled of. */
const unread = [/\.map$/, /\.d\.[cm]?ts$/, /(^|\/)\.[^/]+$/];
const unreadOf = {
  'better-sqlite3': [/^(deps|src)\//, /^binding\.gyp$/, /^build\/(?!Release\/better_sqlite3\.node$)/],
};

/** Every package that the program needs when it runs: its folder below the project, from the lock file. */
export function listPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const folders = Object.keys(packages).filter((folder) => folder !== '' && !packages[folder].dev);
  const missing = folders.filter((folder) => !packages[folder].optional && !existsSync(join(root, folder)));
  if (missing.length > 0) throw new Error(`run npm ci first: ${missing.join(', ')}`);
  return folders.filter((folder) => existsSync(join(root, folder))).sort();
}

/** `{ path, source, isProgram }` of every file, `source` being where it lies now. */
export function listFiles(root, packages) {
  const own = taken.flatMap((name) => under(root, name));
  const built = under(root, 'dist').filter(({ path }) => isBuiltFrom(root, path));
  const modules = packages.flatMap((folder) => filesOf(root, folder));
  const files = [
    ...own,
    ...built,
    ...modules,
    { path: 'runtime/node', source: process.execPath, isProgram: true },
    { path: 'bin/huxin', source: join(root, 'scripts/release-launcher.sh'), isProgram: true },
    { path: 'install.sh', source: join(root, 'scripts/release-install.sh'), isProgram: true },
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The licences of all that is not ours, one below the other; `withNode` with that of the Node that comes along. */
export function listLicences(root, packages, { withNode = true } = {}) {
  const node = join(dirname(process.execPath), '../LICENSE');
  const parts = packages.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const texts = files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
    return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n');
  });
  const runtime = [
    `Node.js ${process.versions.node} (MIT and others, https://github.com/nodejs/node/blob/v${process.versions.node}/LICENSE)`,
    ...(existsSync(node) ? [readFileSync(node, 'utf8').trim()] : []),
  ].join('\n\n');
  return `${[...(withNode ? [runtime] : []), ...parts].join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

/** A package's own files, without packages that lie inside it: these are listed by themselves. */
function filesOf(root, folder) {
  const rules = [...unread, ...(unreadOf[folder.replace(/^.*node_modules\//, '')] ?? [])];
  return under(root, folder).filter(({ path }) => {
    const inside = path.slice(folder.length + 1);
    return !inside.startsWith('node_modules/') && !rules.some((rule) => rule.test(inside));
  });
}

/** Whether the source of what the compiler wrote is still there: an old build may lie about. */
function isBuiltFrom(root, path) {
  if (path === 'dist/verify.html') return true; // of many sources, by scripts/build-page.mjs
  const source = path.slice('dist/'.length);
  return existsSync(join(root, source)) || existsSync(join(root, source.replace(/\.js$/, '.ts')));
}

/** A file, or every file below a folder. */
function under(root, name) {
  const source = join(root, name);
  const found = readdirSync(dirname(source), { withFileTypes: true }).find(
    (entry) => join(dirname(source), entry.name) === source,
  );
  if (!found?.isDirectory()) return found?.isFile() ? [{ path: name, source }] : [];
  return readdirSync(source).flatMap((inner) => under(root, `${name}/${inner}`));
}

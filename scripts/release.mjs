/**
 * Makes the archive that installs and runs without a network: the program, its packages with the compiled SQLite, the
 * Node that runs this script, schemas, rules and documents, an installer, checksums, the list of components and their
 * licences. It is for the platform it is made on, and names it: huxin-0.1.0-linux-x64.tar.gz. The page that verifies
 * evidence lies in it, and beside it for whoever runs no node: huxin-verify-0.1.0.html, the same for every platform.
 *
 *   npm run release -- --out FOLDER
 *
 * The same commit, packages and Node give the same bytes. Nothing is fetched: what `npm ci` put there is what goes in.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listComponents } from './release-components.mjs';
import { listFiles, listLicences, listPackages } from './release-files.mjs';
import { writeArchive } from './release-tar.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const options = {
  out: { type: 'string', default: 'release' },
  level: { type: 'string', default: '9' },
  help: { type: 'boolean' },
};
const { values } = parseArgs({ options });
if (values.help) {
  console.log(
    'npm run release -- [--out FOLDER] [--level 1-9]\n在 FOLDER（默认 release/）中生成安装包 · makes the archive in FOLDER (release/)',
  );
  process.exit(0);
}

if (process.platform === 'win32') refuse('安装包只为 Linux 和 macOS 制作', 'archives are made for Linux and macOS');
if (process.config.variables.node_shared) {
  refuse(
    '此 Node 依赖发行版的共享库，不能随包分发；请使用 nodejs.org 的版本',
    'this Node needs a shared library of its distribution and cannot be taken along: use one from nodejs.org',
  );
}
if (!['dist/node/cli/main.js', 'dist/verify.html'].every((file) => existsSync(join(root, file))))
  refuse('请先编译：npm run build', 'build first: npm run build');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = `huxin-${version}-${platform()}`;
const out = resolve(values.out);
mkdirSync(out, { recursive: true });

const packages = listPackages(root);
const files = listFiles(root, packages);
const components = listComponents(root, { made: madeAt() });
const entries = [
  ...files,
  { path: 'components.cdx.json', content: Buffer.from(`${JSON.stringify(components, null, 2)}\n`) },
  { path: 'LICENSES.txt', content: Buffer.from(listLicences(root, packages)) },
];
entries.push({ path: 'SHA256SUMS', content: Buffer.from(await sums(entries)) });

const archive = `${name}.tar.gz`;
await writeArchive(join(out, archive), entries, { folder: name, seconds: madeAt(), level: Number(values.level) });
writeFileSync(join(out, `${name}.cdx.json`), `${JSON.stringify(components, null, 2)}\n`);
const page = `huxin-verify-${version}.html`;
copyFileSync(join(root, 'dist/verify.html'), join(out, page));
const outside = [archive, `${name}.cdx.json`, page].map((file) => ({ path: file, source: join(out, file) }));
writeFileSync(join(out, `${name}.sha256`), await sums(outside));
console.log(join(out, archive));

/** `linux-x64`, `linux-arm64-musl`, `darwin-arm64` */
function platform() {
  const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${process.platform}-${process.arch}${isMusl ? '-musl' : ''}`;
}

/** The seconds of the commit, or of SOURCE_DATE_EPOCH: the one time in the archive. */
function madeAt() {
  if (process.env.SOURCE_DATE_EPOCH) return Number(process.env.SOURCE_DATE_EPOCH);
  try {
    const git = ['log', '-1', '--format=%ct'];
    return Number(execFileSync('git', git, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  } catch {
    return 0; // no clone
  }
}

/** As `sha256sum` writes and checks them. */
async function sums(list) {
  const lines = [];
  for (const { path, source, content } of list) lines.push(`${await digest(source, content)}  ${path}\n`);
  return lines.join('');
}

async function digest(source, content) {
  const hash = createHash('sha256');
  if (content) return hash.update(content).digest('hex');
  for await (const chunk of createReadStream(source)) hash.update(chunk);
  return hash.digest('hex');
}

function refuse(zh, en) {
  console.error(`${zh} / ${en}`);
  process.exit(1);
}

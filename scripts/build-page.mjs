/**
 * After the compiler: dist/verify.html, the page that verifies evidence with no network. One file with style, script,
 * schemas and words inside; its policy lets nothing else load or run. The same sources give the same bytes.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { listLicences } from './release-files.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path) => readFileSync(`${root}${path}`, 'utf8');
const names = readdirSync(`${root}schemas/bulletin`)
  .map((file) => file.slice(0, -'.json'.length))
  .sort();
const shipped = {
  agreement: JSON.parse(read('schemas/agreement.json')),
  evidence: JSON.parse(read('schemas/evidence.json')),
  bulletins: Object.fromEntries(
    names.map((name) => [`bulletin/${name}`, JSON.parse(read(`schemas/bulletin/${name}.json`))]),
  ),
  codes: parse(read('config/codes.yaml')),
  version: JSON.parse(read('package.json')).version,
};

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['node/page/page.ts'],
  bundle: true,
  write: false,
  metafile: true,
  format: 'iife',
  platform: 'browser',
  target: ['chrome105', 'firefox104', 'safari16'],
  charset: 'utf8',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none', // every licence stands in the page as a whole
  define: { SHIPPED: JSON.stringify(shipped) },
  logLevel: 'warning',
});
const script = outputFiles[0].text.trim();
const style = read('node/console/assets/console.css') + read('node/page/page.css');
if (/<!--|<script|<\/script/i.test(script)) throw new Error('the script would end or hide in the page');

const packages = Object.keys(metafile.inputs)
  .map((path) => /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
  .filter((folder) => folder !== undefined);
const licences = listLicences(root, [...new Set(packages)].sort(), { withNode: false });
const policy = [
  "default-src 'none'",
  `script-src '${hashOf(script)}' 'unsafe-eval'`, // schemas that come with the evidence are compiled
  `style-src '${hashOf(style)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const page = read('node/page/page.html')
  .replace('Content-Security-Policy" content=""', () => `Content-Security-Policy" content="${policy}"`)
  .replace('<style></style>', () => `<style>${style}</style>`)
  .replace('<script></script>', () => `<script>${script}</script>`)
  .replace('id="licences"></script>', () => `id="licences">\n${licences.replaceAll('</', '<\\/')}</script>`);
writeFileSync(`${root}dist/verify.html`, page);

/** As a policy names what may stand in a page (CSP3 §2.3.1). */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

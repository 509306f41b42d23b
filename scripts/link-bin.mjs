/** After the compiler: the page's own files, which it leaves alone, and the link by which `npx huxin` works in the clone. */

import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const assets = 'node/console/assets/';
cpSync(new URL(assets, root), new URL(`dist/${assets}`, root), { recursive: true });

const link = new URL('node_modules/.bin/huxin', root);
chmodSync(new URL('dist/node/cli/main.js', root), 0o755);
mkdirSync(new URL('.', link), { recursive: true });
rmSync(link, { force: true });
symlinkSync('../../dist/node/cli/main.js', link);

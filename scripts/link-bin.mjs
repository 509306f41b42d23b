/** Lets `npx huxin` work in the clone: the link that npm makes for a package that is installed elsewhere. */

import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const link = new URL('node_modules/.bin/huxin', root);
chmodSync(new URL('dist/node/cli/main.js', root), 0o755);
mkdirSync(new URL('.', link), { recursive: true });
rmSync(link, { force: true });
symlinkSync('../../dist/node/cli/main.js', link);

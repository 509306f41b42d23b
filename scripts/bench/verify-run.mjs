/** The command itself, and how much memory it took. */

import { run } from '../../dist/node/cli/command.js';

const [, , file, agreement] = process.argv;
process.exitCode = await run(['verify', file, '--agreement', agreement, '--json']);
process.send({ maxRssKb: process.resourceUsage().maxRSS });
process.disconnect();

/** `npm run bench -- <what> [options]`: measures, never judges. The program has to be built. */

import { parseArgs } from 'node:util';
import { benchAsk } from './ask.mjs';
import { benchAudit } from './audit.mjs';
import { benchImport } from './import.mjs';
import { benchReplicate } from './replicate.mjs';
import { benchVerify } from './verify.mjs';

const usage = `npm run bench -- replicate [--bulletins 20000] [--runs 5] [--json]
npm run bench -- ask [--records 1000000] [--json]
npm run bench -- import [--rows 100000] [--json]
npm run bench -- audit [--leaves 1000000] [--json]
npm run bench -- verify [--bulletins 100000] [--json]

replicate  two nodes on loopback: one log pulled, verified, validated, stored durably and receipted by the other
ask        p50 and p99 of an answer about one subject while the store grows ten times
import     a file of penalties, .csv and .xlsx, from disk to committed bulletins: rows a second, and memory at its highest
audit      an auditor's mirror of two logs from nothing, then the look over it: leaves a second, and memory at its highest
verify     evidence by the command, in process and in a browser (HUXIN_BROWSER): a completeness statement beside its signatures alone`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bulletins: { type: 'string' },
    runs: { type: 'string', default: '5' },
    records: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '100000' },
    leaves: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const bulletinsOf = { verify: '100000' };
const benches = {
  replicate: benchReplicate,
  ask: benchAsk,
  import: benchImport,
  audit: benchAudit,
  verify: benchVerify,
};
const bench = benches[positionals[0]];
if (values.help || !bench) {
  console.log(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const say = (line) => values.json || console.error(line);
  values.bulletins ??= bulletinsOf[positionals[0]] ?? '20000';
  const counts = ['bulletins', 'runs', 'records', 'rows', 'leaves'].map((name) => [name, Number(values[name])]);
  const result = await bench({ ...values, ...Object.fromEntries(counts) }, say);
  if (values.json) console.log(JSON.stringify(result));
  else
    for (const [name, value] of Object.entries(result))
      console.log(`${name.padEnd(28)} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
}

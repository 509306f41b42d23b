// Prints `<passed> <failed>` from vitest's JSON report. A check that ended otherwise than well counts as one failure when
// the report knows of none: types, format, a build, an error outside any test.

import { readFileSync } from 'node:fs';

const [, , file, outcome] = process.argv;

function readReport() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

const { numPassedTests, numFailedTests, testResults } = readReport();
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
const known = numFailedTests + brokenFiles;
const isUnexplained = known === 0 && (outcome !== '0' || numPassedTests === 0);
console.log(`${numPassedTests} ${known + (isUnexplained ? 1 : 0)}`);

#!/usr/bin/env node
/**
 * The program's door. An older Node must be able to read this file and say that it is too old: nothing is imported
 * before the version is known, and the syntax is plain.
 */

const needed = [20, 19];
const found = process.versions.node.split('.').map(Number);

if (isNewEnough()) {
  import('./command.ts')
    .then(({ run }) => run(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
    });
} else {
  console.error(
    `huxin 需要 Node ${needed.join('.')} 或更新版本，现为 ${process.versions.node} / needs Node ${needed.join('.')} or newer`,
  );
  process.exitCode = 2;
}

function isNewEnough(): boolean {
  return Number(found[0]) > Number(needed[0]) || (found[0] === needed[0] && Number(found[1]) >= Number(needed[1]));
}

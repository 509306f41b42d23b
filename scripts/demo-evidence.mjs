/** What a receiver can prove to somebody who trusts no node, and that one changed byte spoils it. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { done, heading, say } from './demo-screen.mjs';
import { complain, story } from './demo-story.mjs';
import { huxin } from './demo-world.mjs';

/** All that the first member addressed to the second, written by the second, verified with the agreement alone. */
export async function proveCompleteness(folder) {
  const [issuer, receiver] = story.nodes;
  heading('证据，离线验证', 'Evidence, verified offline');
  const file = join(folder, 'evidence.json');
  const who = ['--issuer', issuer.id, '--receiver', receiver.id];
  await receiver.mustHuxin('clerk', ['evidence', 'range', ...who, '--purpose', 'audit', '--out', file]);
  const right = await verify(file, folder);
  const { bulletins, to } = right.value?.claim ?? {};
  if (right.code !== 0) complain([`the evidence was refused: ${right.err} ${JSON.stringify(right.value?.findings)}`]);
  else
    done(
      `只凭协议文件验证：${issuer.name.zh}日志前 ${to} 条中发给${receiver.name.zh}的通报恰为 ${bulletins} 份，一份不少`,
      `the agreement alone proves that these are all ${bulletins}`,
    );
  const forged = join(folder, 'forged.json');
  await writeFile(forged, changeOneByte(await readFile(file)));
  const wrong = await verify(forged, folder);
  if (wrong.code !== 1) complain([`a changed file was not refused: ${wrong.code} ${wrong.err}`]);
  else {
    const [{ zh, code }] = wrong.value.findings;
    done('改动其中一个字符，即被查出', 'one character changed is found');
    say(`  ${zh}`, code);
  }
}

function verify(file, folder) {
  return huxin(['verify', file, '--agreement', join(folder, 'agreement.json')]);
}

/** Another salt in the last entry that has one: still a file of the right form. */
function changeOneByte(bytes) {
  const text = bytes.toString('utf8');
  const at = text.lastIndexOf('"salt":"') + '"salt":"'.length;
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** `huxin agreement check | digest | sign | verify`: from the page that people write to the document all have signed. The group's other commands register beside it. */

import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { leaversOf } from '../agreement/amendment.ts';
import { agreementDigest, decideInForce, joinSignatures, verifyAgreement } from '../agreement/signatures.ts';
import { canonicalBytes, canonicalText } from '../base/canonical.ts';
import { hash } from '../crypto.ts';
import { circulate, type Signing, signCirculated } from './agreement-circulate.ts';
import { showDiff } from './agreement-diff.ts';
import { previousOption, readEither, readNewestSigned, readPage, sayWarning, verifyPorts } from './agreement-file.ts';
import { initiate } from './agreement-init.ts';
import { showMatrix } from './agreement-matrix.ts';
import { printPaper } from './agreement-print.ts';
import { signAs, withSigner } from './agreement-sign.ts';
import { withNode } from './client.ts';
import type { Register } from './command.ts';
import { readText, writeNew } from './files.ts';
import { formatTable } from './table.ts';
import { Misuse } from './terminal.ts';

export const agreement: Register = (program, context) => {
  const { terminal } = context;
  const group = program.command('agreement').description('框架协议 · the framework agreement');
  initiate(group, context);
  showMatrix(group, context);
  showDiff(group, context);
  printPaper(group, context);
  circulate(group, context);

  group
    .command('check <file>')
    .description(
      '检查协议文稿（YAML），列出全部错误和自相矛盾之处 · check the page (YAML): all mistakes and contradictions at once',
    )
    .option(...previousOption)
    .action(async (file: string, { previous }: Previous) => {
      const { document, warnings } = await readPage(file, context, given(previous));
      const { id, version, members } = document;
      terminal.answer({ ok: true, id, version, members: members.map((member) => member.id), warnings }, () =>
        [
          terminal.pick({
            zh: `协议文稿没有错误：${id} 第 ${version} 版，${members.length} 个成员`,
            en: `no mistakes: ${id}, version ${version}, ${members.length} members`,
          }),
          ...warnings.map((warning) => terminal.pick(sayWarning(warning))),
        ].join('\n'),
      );
    });

  group
    .command('digest <file>')
    .description('协议的摘要（文稿或已签文件） · digest of a page or a signed file')
    .option(...previousOption)
    .action(async (file: string, { previous }: Previous) => {
      const { document } = await readEither(file, context, { keys: 'required', ...given(previous) });
      const digest = agreementDigest(canonicalBytes(document), hash);
      terminal.answer({ digest, id: document.id, version: document.version }, digest);
    });

  withSigner(withNode(group.command('sign <file>')))
    .description(
      '以协议密钥签署文稿，或在已签文件上加签；给出摘要则签署节点所传的那一版 · sign a page, add a signature to a signed file, or, by its digest, sign a version that the node holds',
    )
    .option(...previousOption)
    .option(
      '--out <file>',
      '写入文件，默认标准输出；可与输入相同 · where to, by default stdout; may be the input itself',
    )
    .action(async (file: string, { previous, ...options }: SignOptions) => {
      if (file.startsWith('sha-256:')) return signCirculated(file, options, context);
      await refuseSeveral(file);
      const read = await readEither(file, context, { keys: 'required', ...given(previous) });
      const { document, signed: before, predecessor, warnings } = read;
      const own = await signAs(document, predecessor, options, context);
      const verified = await verifyAgreement(before ? joinSignatures(before.jws, own) : own, verifyPorts(), {
        findVersion: async (digest) => (digest === predecessor?.digest ? predecessor : undefined),
      });
      const { digest, missing, jws: signed } = verified;
      const text = `${canonicalText(signed)}\n`;
      if (options.out === undefined) terminal.answer(signed, text);
      else {
        await write(options.out, text, file);
        terminal.answer({ file: options.out, digest, missing }, digest);
      }
      if (warnings.length > 0)
        terminal.note({
          zh: `文稿有 ${warnings.length} 处值得再看：huxin agreement check ${file}`,
          en: `The page has ${warnings.length} points worth another look: huxin agreement check ${file}`,
        });
      const waiting = { zh: missing.join('、'), en: missing.join(', ') };
      terminal.note(
        missing.length === 0
          ? { zh: '各方均已签署。', en: 'All members have signed.' }
          : decideInForce(verified).inForce
            ? { zh: `签署已经足够；尚未签署：${waiting.zh}`, en: `Enough have signed; not yet: ${waiting.en}` }
            : { zh: `尚待签署：${waiting.zh}`, en: `Still to sign: ${waiting.en}` },
      );
    });

  group
    .command('verify <file>')
    .description('逐一核对签名；全部签齐为 0 · verify each signature; exits 0 when the version is in force')
    .option(...previousOption)
    .action(async (file: string, { previous }: Previous) => {
      const verified = await readNewestSigned(file, previous);
      const { agreement: document, digest, signedBy, missing, predecessor } = verified;
      const { inForce } = decideInForce(verified);
      if (!inForce) terminal.markRefused();
      const signed = terminal.pick({ zh: '已签', en: 'signed' });
      const unsigned = terminal.pick({ zh: '未签', en: 'not signed' });
      const members = [...document.members, ...leaversOf(document, predecessor?.agreement)];
      terminal.answer({ digest, id: document.id, version: document.version, signedBy, missing, inForce }, () =>
        [
          `${document.id} ${document.version} ${digest}\n\n`,
          formatTable(
            [terminal.pick({ zh: '成员', en: 'member' }), terminal.pick({ zh: '名称', en: 'name' }), signed],
            members.map(({ id, name }) => [id, terminal.pick(name), signedBy.includes(id) ? signed : unsigned]),
          ),
        ].join(''),
      );
    });
};

interface Previous {
  previous?: string;
}

interface SignOptions extends Previous, Signing {
  out?: string;
}

function given(previous: string | undefined): Previous {
  return previous === undefined ? {} : { previous };
}

/** @throws {Misuse} when the file holds a list of versions, the earlier of which would be lost */
async function refuseSeveral(file: string): Promise<void> {
  if (!(await readText(file)).trimStart().startsWith('[')) return;
  throw new Misuse({
    zh: `${file} 含有多个版本：请只给要签署的一版，此前各版用 --previous`,
    en: `${file} holds several versions: hand in the one to sign, and those before with --previous`,
  });
}

/** Over the input itself only as a whole, so that a crash leaves the old or the new. */
async function write(out: string, text: string, input: string): Promise<void> {
  if (resolve(out) !== resolve(input)) return writeNew(out, text);
  await writeFile(`${out}.new`, text);
  await rename(`${out}.new`, out);
}

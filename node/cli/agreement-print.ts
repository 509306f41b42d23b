/** `huxin agreement print`: the agreement as a paper to sign, seal and read out. */

import { listKeys } from '../agreement/listed-keys.ts';
import { agreementDigest } from '../agreement/signatures.ts';
import { canonicalBytes } from '../base/canonical.ts';
import { spell } from '../base/spelling.ts';
import { hash } from '../crypto.ts';
import { formatAgreementPaper } from '../report/agreement-print.ts';
import { previousOption, readEither } from './agreement-file.ts';
import type { Register } from './command.ts';
import { writeNew } from './files.ts';
import { readLabels } from './labels.ts';

export const printPaper: Register = (group, { terminal, now }) => {
  group
    .command('print <file>')
    .description(
      '协议全文、摘要和公钥指纹，供打印、签字盖章和电话核对（文稿或已签文件） · the whole agreement with its digest and thumbprints, to print, sign and read out: of a page or a signed file',
    )
    .requiredOption('--out <file>', '网页文件，不覆盖 · HTML file that is not there yet')
    .option(...previousOption)
    .action(async (file: string, { out, ...read }: { out: string; previous?: string }) => {
      const { document, signed, predecessor, warnings } = await readEither(file, { terminal, now }, read);
      const digest = agreementDigest(canonicalBytes(document), hash);
      const { titleOf } = await readLabels();
      const keys = await listKeys(document, hash);
      const before = predecessor && {
        agreement: predecessor.agreement,
        keys: await listKeys(predecessor.agreement, hash),
      };
      const paper = formatAgreementPaper(document, {
        digest,
        titleOf,
        keys,
        ...(signed && { signedBy: signed.signedBy }),
        ...(before && { before }),
      });
      await writeNew(out, String(paper));
      const groups = spell(digest.replace(/^sha-256:/, ''));
      terminal.answer({ file: out, digest, keys, ...(signed && { signedBy: signed.signedBy }) }, () =>
        [
          terminal.pick({ zh: `已写入 ${out}，摘要：`, en: `written to ${out}; the digest:` }),
          ...groups.map(({ text, spoken }) => `  ${text.padEnd(4)}  ${terminal.pick(spoken)}`),
        ].join('\n'),
      );
      if (warnings.length > 0)
        terminal.note({
          zh: `文稿有 ${warnings.length} 处值得再看：huxin agreement check ${file}`,
          en: `The page has ${warnings.length} points worth another look: huxin agreement check ${file}`,
        });
    });
};

/** `huxin keys create`: the node's keys, and the block by which the others come to know them. */

import { Option } from 'commander';
import { originOf } from '../agreement/agreement.ts';
import { keyUses } from '../key-file.ts';
import { type Curve, createKeys, formatMemberBlock, publicKeysOf } from '../keys.ts';
import { isKeyName } from '../log/note.ts';
import type { Register } from './command.ts';
import { Misuse } from './terminal.ts';

interface CreateOptions {
  out: string;
  member: string;
  issuer: string;
  origin?: string;
  bulletinCurve: Curve;
  agreementCurve: Curve;
}

const curves = ['P-256', 'Ed25519'] as const;

export const keys: Register = (program, { terminal }) => {
  const group = program.command('keys').description('节点密钥 · keys of a node');
  group
    .command('create')
    .description('生成密钥并输出填入协议的公钥段 · make the keys, print the block for the agreement')
    .requiredOption('--out <folder>', '密钥文件夹 · folder for the keys')
    .requiredOption('--member <id>', '成员的 GB/T 2260 代码 · the member’s GB/T 2260 code')
    .requiredOption('--issuer <url>', '节点的公开地址 · public address of the node')
    .option('--origin <name>', '日志名称，默认为 <issuer>/log · name of the log, by default <issuer>/log')
    .addOption(new Option('--bulletin-curve <curve>', '通报密钥 · bulletin key').choices(curves).default('P-256'))
    .addOption(new Option('--agreement-curve <curve>', '协议密钥 · agreement key').choices(curves).default('P-256'))
    .action(async ({ out, member, issuer, origin, bulletinCurve, agreementCurve }: CreateOptions) => {
      const names = { member, issuer, origin: origin ?? originOf(issuer) };
      checkNames(names);
      const made = await createKeys(out, { bulletin: bulletinCurve, agreement: agreementCurve });
      const { log, witness, ...jwks } = publicKeysOf(made, names);
      const kids = Object.fromEntries(keyUses.map((use) => [use, made[use].kid]));
      const answer = { folder: out, ...names, keys: { ...jwks, log: log.text, witness: witness.text }, kids };
      terminal.answer(answer, () => formatMemberBlock(made, names));
      terminal.note({
        zh: `密钥已写入 ${out}，请妥善备份；请将上面的公钥段填入协议的 members。`,
        en: `The keys are in ${out}: keep a safe copy. Put the block above into the agreement's members.`,
      });
    });
};

/** Before anything is written. */
function checkNames({ member, issuer, origin }: { member: string; issuer: string; origin: string }): void {
  if (!/^\d{6}$/.test(member)) throw new Misuse({ zh: '--member 须为六位数字', en: '--member is six digits' });
  if (!URL.canParse(issuer) || issuer.endsWith('/') || !/^https?:/.test(issuer)) {
    throw new Misuse({
      zh: '--issuer 须为 http(s) 地址，末尾不带 /',
      en: '--issuer is an http(s) address without a slash at the end',
    });
  }
  if (!isKeyName(origin)) {
    throw new Misuse({ zh: '--origin 不得含空白或加号', en: '--origin holds neither blanks nor a plus sign' });
  }
}

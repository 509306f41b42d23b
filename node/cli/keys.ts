/** `huxin keys create | add | status | encrypt | passphrase`: the node's keys, and the block by which the others come to know them. */

import { dirname } from 'node:path';
import { Option } from 'commander';
import { originOf } from '../agreement/agreement.ts';
import { type KeyUse, keyUses } from '../key-file.ts';
import { changePassphrase, encryptKeys } from '../key-folder.ts';
import {
  addKey,
  type Curve,
  createAuditorKey,
  createKeys,
  formatAuditorBlock,
  formatMemberBlock,
  formatPublicKey,
  publicKeysOf,
} from '../keys.ts';
import { isKeyName } from '../log/note.ts';
import { checkNewPassphrase } from '../passphrase.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { changeKeys } from './key-change.ts';
import { showKeyStatus } from './key-status.ts';
import { Misuse, type Terminal } from './terminal.ts';

interface PassphraseOptions {
  passphraseFile?: string;
}

interface CreateOptions extends PassphraseOptions {
  out: string;
  member: string;
  issuer: string;
  origin?: string;
  bulletinCurve: Curve;
  agreementCurve: Curve;
}

interface AddOptions extends PassphraseOptions {
  keys: string;
  name?: string;
  curve: Curve;
}

interface AuditorOptions extends PassphraseOptions {
  out: string;
  id: string;
  nameZh: string;
  nameEn: string;
  curve: Curve;
}

interface ChangeOptions extends PassphraseOptions {
  keys: string;
  newPassphraseFile: string;
}

const curves = ['P-256', 'Ed25519'] as const;
const folderOption = ['--keys <folder>', '密钥文件夹 · folder of the keys'] as const;

/** Where the passphrase comes from, for every command that opens or writes key files. */
export const passphraseOption = [
  '--passphrase-file <file>',
  '口令文件，只限本用户读取；默认取 HUXIN_KEY_PASSPHRASE · file with the passphrase that only this user may read; by default HUXIN_KEY_PASSPHRASE',
] as const;

export const keys: Register = (program, context) => {
  const { terminal, passphrase } = context;
  const group = program.command('keys').description('节点密钥 · keys of a node');
  changeKeys(group, context);
  group
    .command('create')
    .description('生成密钥并输出填入协议的公钥段 · make the keys, print the block for the agreement')
    .requiredOption('--out <folder>', '密钥文件夹 · folder for the keys')
    .requiredOption('--member <id>', '成员的 GB/T 2260 代码 · the member’s GB/T 2260 code')
    .requiredOption('--issuer <url>', '节点的公开地址 · public address of the node')
    .option('--origin <name>', '日志名称，默认为 <issuer>/log · name of the log, by default <issuer>/log')
    .addOption(new Option('--bulletin-curve <curve>', '通报密钥 · bulletin key').choices(curves).default('P-256'))
    .addOption(new Option('--agreement-curve <curve>', '协议密钥 · agreement key').choices(curves).default('P-256'))
    .option(...passphraseOption)
    .action(async ({ out, member, issuer, origin, bulletinCurve, agreementCurve, passphraseFile }: CreateOptions) => {
      const names = { member, issuer, origin: origin ?? originOf(issuer) };
      checkNames(names);
      const secret = await findNew(passphrase, passphraseFile);
      const made = await createKeys(out, { bulletin: bulletinCurve, agreement: agreementCurve, passphrase: secret });
      const { log, witness, ...jwks } = publicKeysOf(made, names);
      const kids = Object.fromEntries(keyUses.map((use) => [use, made[use].kid]));
      const shown = { ...jwks, log: log.text, witness: witness.text };
      terminal.answer({ folder: out, ...names, encrypted: secret !== undefined, keys: shown, kids }, () =>
        formatMemberBlock(made, names),
      );
      terminal.note({
        zh: `密钥已写入 ${out}，请妥善备份；请将上面的公钥段填入协议的 members。`,
        en: `The keys are in ${out}: keep a safe copy. Put the block above into the agreement's members.`,
      });
      noteHowKept(terminal, secret, out);
    });

  group
    .command('add <use>')
    .description(
      '为一种用途添加后继密钥，旧密钥不动 · add a successor for one use (bulletin, log, witness, agreement); what is there stays',
    )
    .requiredOption(...folderOption)
    .option('--name <name>', '日志或见证密钥的名称 · name of a log or witness key, such as credit.sh.example/log')
    .addOption(
      new Option('--curve <curve>', '通报和协议密钥 · bulletin and agreement keys').choices(curves).default('P-256'),
    )
    .option(...passphraseOption)
    .action(async (use: string, { keys: folder, name, curve, passphraseFile }: AddOptions) => {
      checkUse(use, name);
      const secret = await findNew(passphrase, passphraseFile);
      const { kid, signer, file } = await addKey(folder, use, { curve, passphrase: secret });
      const text = formatPublicKey(use, signer.publicKey, name);
      terminal.answer({ file, use, kid, encrypted: secret !== undefined, key: text }, text);
      terminal.note({
        zh: `密钥已写入 ${file}。在通报或协议列出它之前，节点不会使用它。`,
        en: `The key is in ${file}. The node does not use it before a bulletin or the agreement lists it.`,
      });
      noteHowKept(terminal, secret, folder);
    });

  group
    .command('auditor')
    .description(
      '为审计方生成密钥并输出填入协议 auditors 的一段 · make an auditor’s key, print the block for the agreement’s auditors',
    )
    .requiredOption('--out <file>', '密钥文件，如 auditor.json · file for the key, such as auditor.json')
    .requiredOption('--id <id>', '标识：小写字母、数字和连字符 · id of small letters, digits and hyphens')
    .requiredOption('--name-zh <name>', '中文名称 · name in Chinese')
    .requiredOption('--name-en <name>', '英文名称 · name in English')
    .addOption(new Option('--curve <curve>', '曲线 · curve').choices(curves).default('P-256'))
    .option(...passphraseOption)
    .action(async ({ out, id, nameZh: zh, nameEn: en, curve, passphraseFile }: AuditorOptions) => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || id.length > 64) throw noAuditorId();
      const secret = await findNew(passphrase, passphraseFile);
      const { kid, signer } = await createAuditorKey(out, { curve, passphrase: secret });
      const shown = { file: out, id, name: { zh, en }, kid, encrypted: secret !== undefined, key: signer.publicKey };
      terminal.answer(shown, () => formatAuditorBlock(id, { zh, en }, signer.publicKey));
      terminal.note({
        zh: `密钥已写入 ${out}，请妥善备份；请将上面的一段交给成员填入协议的 auditors。`,
        en: `The key is in ${out}: keep a safe copy. Hand the block above to the members for the agreement's auditors.`,
      });
      noteHowKept(terminal, secret, dirname(out));
    });

  withNode(group.command('status'))
    .description(
      '各成员的密钥、使用天数和最近签署；给出 --keys 时列出文件夹 · every member’s keys with their age and what they signed last; with --keys the files of a folder',
    )
    .option('--keys <folder>', '密钥文件夹，不经节点 · folder of keys, without a node')
    .action((options: ClientOptions & { keys?: string }) => showKeyStatus(options, context));

  group
    .command('encrypt')
    .description('以口令加密文件夹中的密钥 · encrypt the keys of a folder under a passphrase')
    .requiredOption(...folderOption)
    .option(...passphraseOption)
    .action(async ({ keys: folder, passphraseFile }: PassphraseOptions & { keys: string }) => {
      const secret = await findNew(passphrase, passphraseFile);
      if (secret === undefined) throw noPassphrase();
      const written = await encryptKeys(folder, secret);
      const none = { zh: '密钥均已加密，没有改动。', en: 'All keys are encrypted already; nothing was changed.' };
      terminal.answer({ folder, written }, () => written.join('\n') || terminal.pick(none));
      if (written.length === 0) return;
      terminal.note({
        zh: '密钥已加密。此前的明文可能还留在备份和磁盘空闲处；若有疑虑，请更换密钥。',
        en: 'The keys are encrypted. Their plain text may still lie in copies and in the free space of the disk: if in doubt, change the keys.',
      });
    });

  group
    .command('passphrase')
    .description('更换密钥的口令 · change the passphrase of the keys')
    .requiredOption(...folderOption)
    .option(...passphraseOption)
    .requiredOption('--new-passphrase-file <file>', '新口令文件 · file with the new passphrase')
    .action(async ({ keys: folder, passphraseFile, newPassphraseFile }: ChangeOptions) => {
      const from = await passphrase(passphraseFile);
      const to = (await findNew(passphrase, newPassphraseFile)) ?? '';
      const written = await changePassphrase(folder, from, to);
      const none = {
        zh: '密钥已是新口令，没有改动。',
        en: 'All keys open with the new one already; nothing was changed.',
      };
      terminal.answer({ folder, written }, () => written.join('\n') || terminal.pick(none));
      if (written.length === 0) return;
      terminal.note({
        zh: '口令已更换；运行中的节点不受影响，下次启动前请换好它的口令。备份中的密钥仍用旧口令。',
        en: 'The passphrase is changed; a running node goes on, give it the new one before its next start. Copies keep the old one.',
      });
    });
};

/** A passphrase to encrypt with. @throws {Problem} key/unusable-passphrase */
async function findNew(find: Context['passphrase'], file: string | undefined): Promise<string | undefined> {
  const secret = await find(file);
  if (secret !== undefined) checkNewPassphrase(secret);
  return secret;
}

function noteHowKept(terminal: Terminal, secret: string | undefined, folder: string): void {
  terminal.note(
    secret === undefined
      ? {
          zh: `注意：密钥文件未加密，只靠文件权限保护。加密：huxin keys encrypt --keys ${folder} --passphrase-file <文件>`,
          en: `Mind: the key files are plain, kept by their rights alone. To encrypt them: huxin keys encrypt --keys ${folder} --passphrase-file <file>`,
        }
      : {
          zh: '密钥文件已加密：口令丢失，密钥即失。请将口令与密钥分开保存。',
          en: 'The key files are encrypted: without the passphrase they are lost. Keep it apart from them.',
        },
  );
}

function noAuditorId(): Misuse {
  return new Misuse({
    zh: '--id 只含小写字母、数字和单个连字符，至多 64 字',
    en: '--id is small letters, digits and single hyphens, 64 at most',
  });
}

function noPassphrase(): Misuse {
  return new Misuse({
    zh: '请用 --passphrase-file 或环境变量 HUXIN_KEY_PASSPHRASE 给出口令',
    en: 'a passphrase is needed: --passphrase-file or the variable HUXIN_KEY_PASSPHRASE',
  });
}

function checkUse(use: string, name: string | undefined): asserts use is KeyUse {
  if (!keyUses.some((known) => known === use)) {
    throw new Misuse({ zh: `用途须为 ${keyUses.join('、')} 之一`, en: `the use is one of ${keyUses.join(', ')}` });
  }
  const isNamed = use === 'log' || use === 'witness';
  if (isNamed !== (name !== undefined) || (name !== undefined && !isKeyName(name))) {
    throw new Misuse({
      zh: '日志和见证密钥须有 --name，不含空白或加号；其他用途没有名称',
      en: 'log and witness keys take a --name without blanks or a plus sign, the others take none',
    });
  }
}

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

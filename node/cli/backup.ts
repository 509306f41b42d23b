/** `huxin backup | restore`: everything that a node holds in one encrypted file, and back. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backup } from '../backup.ts';
import { formatChinaTime } from '../base/time.ts';
import { loadConfig } from '../config.ts';
import { checkNewPassphrase } from '../passphrase.ts';
import type { Restored } from '../restore.ts';
import type { Context, Register } from './command.ts';
import { writeNew } from './files.ts';
import { createBars, describeChecked } from './fsck.ts';
import { passphraseOption } from './keys.ts';
import { Misuse, type Terminal } from './terminal.ts';

interface Options {
  config?: string;
  passphraseFile?: string;
}

export const backup: Register = (program, context) => {
  const { terminal, now } = context;
  program
    .command('backup')
    .description(
      '备份：节点照常运行，口令加密，写完即读回逐条核对；不含私钥和删除登记簿 · a backup while the node runs: encrypted, read back and checked entry by entry; without private keys and without the ledger of erasures',
    )
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .requiredOption('--out <file>', '备份文件，不覆盖 · the file, which must not be there yet')
    .option(...passphraseOption)
    .action(async ({ config: file, out, passphraseFile }: Options & { config: string; out: string }) => {
      const config = loadConfig(file);
      const passphrase = await findSecret(context, passphraseFile ?? config.keyPassphraseFile);
      checkNewPassphrase(passphrase);
      const { writeBackup } = await import('../backup.ts'); // with the engines
      const bars = createBars(terminal);
      const onProgress = bars.update;
      const written = await writeBackup({ config, file: out, passphrase, now, onProgress }).finally(bars.stop);
      terminal.answer(written, () => describeBackup(written, terminal));
      if (written.checked.faults > 0) terminal.markRefused();
    });
};

export const restore: Register = (program, context) => {
  const { terminal, now } = context;
  program
    .command('restore <file>')
    .description(
      '把备份恢复到空的数据库，并按删除登记簿再删一遍；节点启动后先向各成员核对，再签发 · put a backup into an empty database, erase again what the ledger of erasures lists; the node that starts on it asks the members before it signs',
    )
    .option('--config <file>', '配置文件 · configuration file')
    .option(
      '--files <folder>',
      '只取出备份中的协议和配置，写入此文件夹 · only take the agreement and the settings out of it, into this folder',
    )
    .option(...passphraseOption)
    .action(async (file: string, { config: given, files, passphraseFile }: Options & { files?: string }) => {
      if ((given === undefined) === (files === undefined))
        throw new Misuse({ zh: '须给出 --config 或 --files 之一', en: 'either --config or --files is needed' });
      const config = given === undefined ? undefined : loadConfig(given);
      const passphrase = await findSecret(context, passphraseFile ?? config?.keyPassphraseFile);
      const { readBackupFiles, restoreBackup } = await import('../restore.ts'); // with the engines
      if (!config) return takeOut(await readBackupFiles(file, passphrase), files ?? '', terminal);
      const bars = createBars(terminal);
      const say = (facts: object, message: string) =>
        terminal.note({ zh: `${message} ${JSON.stringify(facts)}`, en: message });
      const logger = { debug() {}, info() {}, warn: say, error: say };
      const onProgress = bars.update;
      const done = await restoreBackup({ config, file, passphrase, logger, now, onProgress }).finally(bars.stop);
      terminal.answer(done, () => describeRestored(done, terminal));
      if (done.checked.faults > 0) terminal.markRefused();
    });
};

async function findSecret({ passphrase }: Context, file: string | undefined): Promise<string> {
  const found = await passphrase(file);
  if (found !== undefined) return found;
  throw new Misuse({
    zh: '需要口令：用 --passphrase-file，或设置 keyPassphraseFile 或环境变量 HUXIN_KEY_PASSPHRASE',
    en: 'a passphrase is needed: --passphrase-file, keyPassphraseFile or the variable HUXIN_KEY_PASSPHRASE',
  });
}

async function takeOut(files: readonly { file: string; text: string }[], folder: string, terminal: Terminal) {
  await mkdir(folder, { recursive: true });
  const written = files.map(({ file }) => join(folder, file));
  for (const { file, text } of files) await writeNew(join(folder, file), text);
  terminal.answer({ files: written }, written.join('\n'));
}

function describeBackup({ file, bytes, head, checked }: Backup, terminal: Terminal): string {
  const mib = (bytes / 2 ** 20).toFixed(1);
  const at = formatChinaTime(head.at);
  const done = terminal.pick({
    zh: `已写入并核对 ${file}：${mib} MiB，截至 ${at}，${head.rows} 行`,
    en: `written and checked: ${file}, ${mib} MiB, as of ${at}, ${head.rows} rows`,
  });
  return `${describeChecked(checked, terminal)}${done}\n`;
}

function describeRestored({ head, erased, checked }: Restored, terminal: Terminal): string {
  const at = formatChinaTime(head.at);
  const done = terminal.pick({
    zh: `已恢复截至 ${at} 的备份，按登记簿再删 ${erased} 条。启动节点后，它先向各成员核对，再签发。`,
    en: `restored as of ${at}; ${erased} entries erased again by the ledger. Start the node: it asks the members before it signs.`,
  });
  return `${describeChecked(checked, terminal)}${done}\n`;
}

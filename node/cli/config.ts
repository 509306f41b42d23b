/** `huxin config init`: a configuration to start from. */

import { configTemplate } from '../shipped.ts';
import type { Register } from './command.ts';
import { writeNew } from './files.ts';

export const config: Register = (program, { terminal }) => {
  const group = program.command('config').description('节点配置 · configuration of a node');
  group
    .command('init')
    .description('输出带注释的配置示例 · a commented example')
    .option('--out <file>', '写入文件，不覆盖 · write it to a file that is not there yet')
    .action(async ({ out }: { out?: string }) => {
      const text = configTemplate();
      if (out === undefined) return terminal.answer({ config: text }, text);
      await writeNew(out, text);
      terminal.answer({ file: out }, () => terminal.pick({ zh: `已写入 ${out}`, en: `written to ${out}` }));
    });
};

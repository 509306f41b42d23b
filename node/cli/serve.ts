/** `huxin serve`: runs a node until it is told to stop. */

import type { Register } from './command.ts';

export const serve: Register = (program, { terminal }) => {
  program
    .command('serve')
    .description('运行节点 · run a node')
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .action(async ({ config }: { config: string }) => {
      const { serve: run } = await import('../main.ts'); // the whole node, which other commands do without
      const { url, stopped } = await run(config);
      terminal.note({ zh: `节点已启动：${url}`, en: `The node is up: ${url}` });
      await stopped;
    });
};

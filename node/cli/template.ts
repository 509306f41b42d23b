/** `huxin template`: the empty form of a type, for the clerk to fill in. Needs no node. */

import { Argument } from 'commander';
import { parseYaml } from '../base/yaml.ts';
import type { CodeLists } from '../form/cell.ts';
import type { Form } from '../form/columns.ts';
import { forms } from '../form/forms.ts';
import { buildTemplate } from '../form/template.ts';
import { buildXlsx } from '../sheet/workbook.ts';
import { shippedCodes } from '../shipped.ts';
import type { Register } from './command.ts';
import { readText, writeNew } from './files.ts';

export const template: Register = (program, { terminal }) => {
  program
    .command('template')
    .addArgument(new Argument('<type>', '信息种类 · what it is to hold').choices([...forms.keys()]))
    .description('空白导入表（.xlsx），附下拉列表和填写说明 · the empty form (.xlsx), with drop-down lists and notes')
    .requiredOption('--out <file>', '写入的文件 · file to write')
    .action(async (type: string, { out }: { out: string }) => {
      const codes = parseYaml(await readText(shippedCodes())).value as CodeLists; // its form is tested with the file
      const form = forms.get(type) as Form; // one of the choices
      await writeNew(out, await buildXlsx(buildTemplate(form, codes)));
      terminal.answer({ type, file: out }, () =>
        terminal.pick({ zh: `已写入 ${out}（${form.title.zh}）`, en: `${out} is written (${form.title.en})` }),
      );
    });
};

/** The command line's own help as a page of Markdown, in one language. */

import type { Command, Option } from 'commander';
import { createProgram } from '../../node/cli/command.ts';

/** The part of the page below this line is made by `npx vitest run test/cli/reference.test.ts -u`. */
export const marker = '<!-- reference -->';

/** How a node is found: said once, at the head of the page. */
const everywhere: (string | undefined)[] = ['--node', '--token'];

const words = {
  en: {
    option: 'Option',
    argument: 'Argument',
    meaning: 'Meaning',
    one: 'one of',
    required: 'required',
    is: 'by default',
  },
  zh: { option: '选项', argument: '参数', meaning: '含义', one: '取值', required: '必需', is: '默认' },
};

/** Every command that does something: its words, such as `imports show`, and what it is. */
export function listCommands(): { name: string; command: Command }[] {
  const silent = () => {};
  const { program } = createProgram({
    out: silent,
    err: silent,
    isWatched: false,
    keyEnvironment: {},
    environment: { locale: '' },
    fetch: () => Promise.reject(new Error('nothing is run')),
    now: () => new Date(0),
    wait: async () => {},
  });
  const walk = (command: Command, above: string[]): { name: string; command: Command }[] => {
    const name = [...above, command.name()];
    return command.commands.length === 0
      ? [{ name: name.join(' '), command }]
      : command.commands.flatMap((inner) => walk(inner, name));
  };
  return program.commands.flatMap((command) => walk(command, []));
}

export function formatReference(language: 'zh' | 'en'): string {
  return listCommands()
    .map(({ name, command }) => formatCommand(name, command, language))
    .join('\n');
}

/** The half of `中文 · English` in that language. */
export function halfOf(text: string, language: 'zh' | 'en'): string {
  const [zh, en] = text.split(' · ');
  const half = language === 'zh' ? zh : en;
  if (!half) throw new RangeError(`not in both languages: ${text}`);
  return half;
}

function formatCommand(name: string, command: Command, language: 'zh' | 'en'): string {
  const { option, argument, meaning } = words[language];
  const usage = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  const described = command.registeredArguments.filter((one) => one.description !== '');
  const rows = [
    ...described.map((one) => [
      `\`<${one.name()}>\``,
      describe(one.description, language, { choices: one.argChoices }),
    ]),
    ...command.options
      .filter(({ long }) => !everywhere.includes(long))
      .map((one) => [`\`${one.flags}\``, describeOption(one, language)]),
  ];
  const head = described.length > 0 ? `${argument}, ${option}` : option;
  const table = [[head, meaning], ['---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
  return [
    `### \`huxin ${[name, ...usage].join(' ')}\`\n`,
    `\n${sentence(halfOf(command.description(), language), language)}\n`,
    rows.length > 0 ? `\n${table}` : '',
  ].join('');
}

function describeOption({ description, argChoices, mandatory, defaultValue }: Option, language: 'zh' | 'en'): string {
  const fixed = typeof defaultValue === 'string' ? { defaultValue } : {};
  return describe(description, language, { choices: argChoices, mandatory, ...fixed });
}

function describe(
  description: string,
  language: 'zh' | 'en',
  { choices, mandatory, defaultValue }: { choices?: string[] | undefined; mandatory?: boolean; defaultValue?: string },
): string {
  const { one, required, is } = words[language];
  const remarks = [
    ...(choices ? [`${one} ${choices.map((choice) => `\`${choice}\``).join(' ')}`] : []),
    ...(mandatory ? [required] : []),
    ...(defaultValue ? [`${is} \`${defaultValue}\``] : []),
  ];
  const meaning = halfOf(description, language).replaceAll('<', '\\<'); // not an element of HTML
  return [meaning, ...remarks].join(language === 'zh' ? '；' : '; ');
}

function sentence(text: string, language: 'zh' | 'en'): string {
  return language === 'zh' ? `${text}。` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

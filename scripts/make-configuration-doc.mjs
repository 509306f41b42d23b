/**
 * Writes docs/configuration.md and docs/configuration.zh-CN.md: every setting with its variable, what it is, what it may
 * be and what it is by default, of schemas/config.json; the words and the example of each are those of
 * config/node.yaml. `npm run docs` builds the program and runs this; test/readme.test.ts says when it has to be run.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pages = [
  { file: 'docs/configuration.md', language: 'en' },
  { file: 'docs/configuration.zh-CN.md', language: 'zh' },
];

const heads = {
  en: `# Configuration

[中文](configuration.zh-CN.md) · [the guide](operations.md)

<!-- made by scripts/make-configuration-doc.mjs: run \`npm run docs\` -->

A node reads one YAML file, \`huxin serve --config huxin.yaml\`; \`huxin config init --out huxin.yaml\` writes one to start from. Every setting can come from the environment instead, by the variable that is shown: it wins over the file. A list is divided by commas there. Relative paths start from the folder of the file. Mistakes are named all at once, with line and column or with the variable, and the node does not start. Secrets have no place in the file: an address of a database with a password belongs into \`HUXIN_DATABASE\`.

The command line knows three variables more: \`HUXIN_NODE\` and \`HUXIN_TOKEN\` name the node that it talks to and the token, \`LC_ALL\`, \`LC_MESSAGES\` or \`LANG\` its language. \`UV_THREADPOOL_SIZE\` is Node’s own: the threads that sign and verify, one for each core.
`,
  zh: `# 配置

[English](configuration.md) · [运维手册](operations.zh-CN.md)

<!-- 由 scripts/make-configuration-doc.mjs 生成：npm run docs -->

节点读取一个 YAML 文件：\`huxin serve --config huxin.yaml\`；\`huxin config init --out huxin.yaml\` 写出一份供修改。各项设置也可由所示的环境变量给出，环境变量优先；列表用逗号分隔。相对路径从配置文件所在文件夹算起。有错误时一次全部指出（行、列或变量名），节点不启动。机密不要写进文件：含密码的数据库地址请放在 \`HUXIN_DATABASE\` 中。

命令行另外使用几个变量：\`HUXIN_NODE\`、\`HUXIN_TOKEN\` 指定所操作的节点和令牌，\`LC_ALL\`、\`LC_MESSAGES\`、\`LANG\` 决定语言。\`UV_THREADPOOL_SIZE\` 属于 Node 本身：用于签名和验签的线程数，每核一个。
`,
};

const words = {
  en: { head: ['Setting', 'Variable', 'What it is', 'What it may be', 'By default'], must: 'has to be given' },
  zh: { head: ['设置', '环境变量', '含义', '取值', '默认值'], must: '必填' },
};

/** The page in one language. `template` is config/node.yaml, `variableOf` the program's own. */
export function configurationDoc(language, { schema, template, variableOf }) {
  const shown = examplesOf(template, Object.keys(schema.properties));
  const sections = Object.entries(schema.properties).map(([name, setting]) => {
    const { prose, lines } = shown.get(name) ?? { prose: { zh: [], en: [] }, lines: [] };
    const leaves = leavesOf(setting, [name], schema.required.includes(name));
    const rows = leaves.map((leaf) => rowOf(leaf, language, variableOf));
    return [
      `## ${name}`,
      wordsOf(prose[language], language) || `${halfOf(setting.title, language)}${language === 'zh' ? '。' : '.'}`,
      [rule(words[language].head), rule(words[language].head.map(() => '---')), ...rows.map(rule)].join('\n'),
      ...(lines.length > 0 ? [`\`\`\`yaml\n${lines.join('\n')}\n\`\`\``] : []),
    ].join('\n\n');
  });
  return `${heads[language]}\n${sections.join('\n\n')}\n`;
}

/** The lines above a setting in config/node.yaml as one paragraph. */
function wordsOf(lines, language) {
  return lines.join(language === 'zh' ? '' : ' ').replaceAll('<', '\\<');
}

/** Every value that can be set, groups unfolded. */
function leavesOf(setting, path, isRequired) {
  if (!setting.properties) return [{ setting, path, isRequired }];
  return Object.entries(setting.properties).flatMap(([name, part]) =>
    leavesOf(part, [...path, name], setting.required?.includes(name) === true),
  );
}

function rowOf({ setting, path, isRequired }, language, variableOf) {
  const byDefault =
    setting.default === undefined ? (isRequired ? words[language].must : '') : `\`${JSON.stringify(setting.default)}\``;
  return [
    `\`${path.join('.')}\``,
    `\`${variableOf(path)}\``,
    halfOf(setting.title, language),
    halfOf(setting.description, language),
    byDefault.replaceAll('"', ''),
  ];
}

function rule(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '\\<')).join(' | ')} |`;
}

/** `中文 · English` */
function halfOf(text, language) {
  const [zh, en] = text.split(' · ');
  return language === 'zh' ? zh : en;
}

/** Of each setting the lines that show it, as they would be without the comment sign, and the words above them. */
function examplesOf(template, names) {
  const found = new Map();
  for (const block of template.split(/\n\s*\n/)) {
    const prose = { zh: [], en: [] };
    let lines;
    for (const line of block.split('\n').filter((one) => one.trim() !== '')) {
      const plain = line.replace(/^# ?/, '');
      const [, name = ''] = /^(\w+):/.exec(plain) ?? [];
      if (names.includes(name)) {
        lines = [plain];
        found.set(name, { prose, lines });
      } else if (lines) lines.push(plain);
      else prose[/\p{Script=Han}/u.test(plain) ? 'zh' : 'en'].push(plain);
    }
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const { variableOf } = await import(new URL('../dist/node/settings.js', import.meta.url).href);
  const program = { schema: JSON.parse(read('schemas/config.json')), template: read('config/node.yaml'), variableOf };
  for (const { file, language } of pages) {
    writeFileSync(new URL(`../${file}`, import.meta.url), configurationDoc(language, program));
  }
}

/**
 * Writes docs/errors.md and docs/errors.zh-CN.md: every code with its sentence, its HTTP status, why it comes up and what
 * to do. `npm run docs` builds the program and runs this; test/readme.test.ts says when it has to be run.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pages = [
  { file: 'docs/errors.md', language: 'en' },
  { file: 'docs/errors.zh-CN.md', language: 'zh' },
];

const heads = {
  en: `# What the program refuses, why, and what to do

[中文](errors.zh-CN.md)

<!-- made by scripts/make-errors-doc.mjs: run \`npm run docs\` -->

Every refusal has a code, \`noun/what-is-wrong\`, which is the same everywhere and does not change from release to release: a command line says it with \`--json\`, the API as \`code\` of its problem+json, a receipt of another member for a bulletin that it did not take, a node in its log. Below are all of them. What is said in a real case also names the file, the row or the member concerned. The status is that of the API; a command ends with 1.
`,
  zh: `# 程序拒绝什么、原因和办法

[English](errors.md)

<!-- 由 scripts/make-errors-doc.mjs 生成：npm run docs -->

每次拒绝都有一个代码，写作 \`名词/问题\`，各处相同，各版本不变：命令行在 \`--json\` 中给出，接口在 problem+json 的 \`code\` 中给出，其他成员的回执用它说明为何未收下某条通报，节点日志中也有。下面是全部代码。实际出现时，文字中还会写明所涉的文件、行或成员。状态码属于接口；命令的退出码为 1。
`,
};

const words = {
  en: { why: 'Why.', cure: 'What to do.', status: (n) => `(HTTP ${n})` },
  zh: { why: '原因：', cure: '办法：', status: (n) => `（HTTP ${n}）` },
};

/** The page in one language. `program` has what the program's own modules export. */
export function errorsDoc(language, { problemCodes, problemNouns, sentenceOf, cureOf, statuses }) {
  const { why, cure: then, status } = words[language];
  const gap = language === 'en' ? ' ' : '';
  const entry = (code) => {
    const { cause, cure } = cureOf(code);
    const said = sentenceOf({ code, facts: {} })[language];
    return [
      `### ${code}`,
      `${said}${gap}${status(statuses[code])}`,
      `**${why}**${gap}${cause[language]}`,
      `**${then}**${gap}${cure[language]}`,
    ].join('\n\n');
  };
  const sections = Object.entries(problemNouns).map(([noun, title]) => {
    const codes = problemCodes.filter((code) => code.startsWith(`${noun}/`)).sort();
    return [`## ${title[language]}`, ...codes.map(entry)].join('\n\n');
  });
  return `${heads[language]}\n${sections.join('\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const load = (file) => import(new URL(`../dist/node/${file}.js`, import.meta.url).href);
  const files = ['base/problem', 'base/sentences', 'base/cures', 'http/problem'];
  const program = Object.assign({}, ...(await Promise.all(files.map(load))));
  for (const { file, language } of pages) {
    writeFileSync(new URL(`../${file}`, import.meta.url), errorsDoc(language, program));
  }
}

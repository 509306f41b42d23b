/** Every contradiction that `agreement check` tells, as a table of Markdown, in one language. */

import { type ContradictionCode, contradictionWords } from '../../node/agreement/contradiction-words.ts';

/** The part of the page between these lines is made by `npx vitest run test/agreement/contradiction-words.test.ts -u`. */
export const markers = ['<!-- contradictions -->', '<!-- end of contradictions -->'] as const;

const heads = {
  en: ['Code', 'What', 'Cure'],
  zh: ['代码', '矛盾', '改法'],
} as const;

const titles = {
  en: { error: 'Errors: the page cannot be signed', warning: 'Warnings: to be looked at' },
  zh: { error: '错误：文稿不能签署', warning: '注意：请再看一眼' },
} as const;

export function formatContradictions(language: 'zh' | 'en'): string {
  const codes = (Object.keys(contradictionWords) as ContradictionCode[]).sort(); // an object has its own keys
  return (['error', 'warning'] as const)
    .map((level) => {
      const rows = codes.flatMap((code) => {
        const words = contradictionWords[code];
        if (words.level !== level) return [];
        return [[`\`${code}\``, plain(words.what[language]), plain(words.cure[language])]];
      });
      const table = [heads[language], ['---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
      return `**${titles[language][level]}**\n\n${table.join('')}`;
    })
    .join('\n');
}

/** What depends on the page is an ellipsis; asterisks and bars are no markup. */
function plain(text: string): string {
  return text
    .replace(/`\{\w+\}`|\{\w+\}/g, '…')
    .replaceAll('*', '\\*')
    .replaceAll('|', '\\|');
}

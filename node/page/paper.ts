/** A result as a file of its own, without script: to be kept with the evidence, or printed. */

import { formatBase64, utf8 } from '../base/bytes.ts';
import { type Html, html } from '../base/html.ts';
import type { Hash } from '../base/ports.ts';
import type { Language } from './view.ts';

export interface Paper {
  title: string;
  language: Language;
  /** What `reportView` gave for paper. */
  body: Html;
  /** The page's own style sheet. */
  style: string;
}

/** The whole document; it may load nothing and run nothing. */
export function formatPaper({ title, language, body, style }: Paper, hash: Hash): string {
  const policy = `default-src 'none'; style-src 'sha256-${formatBase64(hash(utf8(style)))}'; base-uri 'none'; form-action 'none'`;
  const head = html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
`;
  const main = html`
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return `${head}<style>${style}</style>${main}`; // a style sheet is no HTML and is not escaped
}

/** The frame of the pages about an agreement that people print: one file without script, in both languages, with its style inside. */

import { type Html, html } from '../base/html.ts';
import type { Sentence } from '../base/sentences.ts';
import { reportStyle } from './style.ts';
import { both } from './table.ts';

/** A whole page. `field` stands above the title, `style` after the style sheet that all reports share. */
export function formatPaper({
  title,
  field,
  style,
  body,
}: {
  title: Sentence;
  field: Sentence;
  style?: Html;
  body: Html;
}): Html {
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${field.zh} · ${title.zh}</title>
<style>${reportStyle}${paperStyle}${style}</style>
</head>
<body>
<header>
<p class="issuer">${both(field)}</p>
<h1>${both(title)}</h1>
</header>
${body}
</body>
</html>
`;
}

const paperStyle = html`
h1 { font-size: 18pt; letter-spacing: 0.04em; }
.issuer { color: #8a1c1c; font-weight: 600; }
.small { font-size: 8.5pt; color: #444; }
@media screen { section { overflow-x: auto; } }
`;

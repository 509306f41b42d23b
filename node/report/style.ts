/** How a printed report looks: A4, black on white, nothing torn apart where a page ends. One long text. */

import { html } from '../base/html.ts';

/** Stands in the page word for word: its hash is in the page's Content-Security-Policy. */
export const reportStyle = html`
@page { size: A4; margin: 16mm 15mm 18mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 8pt; color: #555; } }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0 auto; padding: 12mm 0; max-width: 182mm; color: #1a1a1a; font: 10pt/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
[lang="en"] { color: #555; font-size: 0.86em; font-family: "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", "Noto Sans CJK SC", sans-serif; }
h1, h2, h3, h4 { margin: 0; line-height: 1.35; font-weight: 600; break-after: avoid; }
h1, h2 { font-family: "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif; }
h1 { font-size: 22pt; letter-spacing: 0.12em; }
h1 [lang="en"], h2 [lang="en"], h3 [lang="en"] { letter-spacing: 0; font-weight: 400; }
h1 [lang="en"] { display: block; margin-top: 1mm; font-size: 11pt; }
h2 { margin: 8mm 0 3mm; padding-bottom: 1.2mm; border-bottom: 0.5mm solid #8a1c1c; font-size: 13.5pt; }
h2 [lang="en"], h3 [lang="en"] { margin-left: 2mm; font-size: 9pt; }
h3 { margin: 5mm 0 2mm; font-size: 11pt; }
h4 { margin: 3mm 0 1mm; font-size: 9pt; color: #333; }
p { margin: 0 0 1.5mm; orphans: 3; widows: 3; }
header { padding-bottom: 5mm; text-align: center; }
header .issuer { font-size: 11pt; letter-spacing: 0.08em; }
header .issuer [lang="en"], header .field [lang="en"] { margin-left: 2mm; letter-spacing: 0; }
header .field { margin-top: 2mm; color: #444; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; line-height: 1.45; }
th, td { padding: 1.1mm 2mm; border: 0.2mm solid #b9b9b9; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead { display: table-header-group; }
thead th { background: #f1eeea; font-weight: 600; }
tr { break-inside: avoid; }
th [lang="en"] { font-weight: 400; }
thead th [lang="en"], .facts th [lang="en"] { display: block; }
td [lang="en"] { display: block; }
td p { margin: 0; }
.facts th, .body th { width: 44mm; background: #f7f5f2; font-weight: 500; }
.dates td:nth-child(-n + 2), .steps td:nth-child(n + 2) { white-space: nowrap; }
.mono { font: 8.2pt/1.5 "DejaVu Sans Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere; }
.summary { margin-top: 6mm; padding: 3mm 4mm 2mm; border: 0.3mm solid #8a1c1c; background: #fdfaf7; break-inside: avoid; }
.summary h2 { margin: 0 0 2mm; border: 0; padding: 0; }
.summary p { font-size: 10.5pt; }
.summary p[lang="en"] { font-size: 9pt; }
.fresh { font-size: 9pt; color: #333; }
.late { color: #8a1c1c; font-weight: 600; }
article { margin: 0 0 6mm; border: 0.3mm solid #999; border-radius: 1mm; }
article > .title { display: flex; flex-wrap: wrap; gap: 1mm 3mm; align-items: baseline; padding: 2mm 3mm; border-bottom: 0.3mm solid #999; background: #f1eeea; break-after: avoid; }
article > .title .name { flex: 1; font-weight: 600; }
article > .inner { padding: 1.5mm 3mm 2.5mm; }
article .id { color: #555; }
.badge { padding: 0 2mm; border: 0.3mm solid currentcolor; border-radius: 3mm; font-size: 8.5pt; white-space: nowrap; }
.badge [lang="en"] { margin-left: 1mm; color: inherit; }
.force { color: #8a1c1c; }
.over { color: #555; }
.flag { color: #7a4a00; background: #fff6e0; }
.word { margin: 1.5mm 0; font-size: 9pt; }
.word [lang="en"] { margin-left: 2mm; }
.notice { break-inside: avoid; font-size: 9pt; }
footer { margin-top: 8mm; padding-top: 2.5mm; border-top: 0.5mm solid #8a1c1c; font-size: 8.5pt; break-inside: avoid; }
footer ul { margin: 0 0 1.5mm; padding-left: 4mm; }
@media screen { html { background: #e9e6e1; } body { margin: 8mm auto; padding: 16mm 15mm; max-width: 210mm; background: #fff; box-shadow: 0 1mm 4mm rgba(0, 0, 0, 0.2); } }
@media print { body { padding: 0; max-width: none; } }
@media (max-width: 700px) { body { margin: 0; padding: 5mm; } table { font-size: 8.5pt; } .facts th, .body th { width: 30%; } }
`;

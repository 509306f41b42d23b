/**
 * The way from a leaf up to the root of a checkpoint, drawn: at each step the hash below and its neighbour give the hash
 * above. Every hash stands in a table beside it, so nothing is in the drawing alone.
 */

import { type Html, html } from '../base/html.ts';
import type { ProofPath } from '../evidence/report.ts';
import { table } from './elements.ts';
import type { View } from './view.ts';

const width = 400;
const center = width / 2;
const aside = 136; // from the middle of a box to the middle of its neighbour
const boxWidth = 120;
const boxHeight = 42;
const storey = 84;
const margin = 6;

interface Box {
  x: number;
  y: number;
  hash: string;
  word: string;
  kind: 'leaf' | 'node' | 'sibling' | 'root';
}

/** @param id for the names of the drawing, once in a page */
export function proofDrawing(proof: ProofPath, id: string, view: View): Html {
  const { t } = view;
  const { steps, index, size, log } = proof;
  const height = steps.length * storey + boxHeight + 2 * margin;
  const levelY = (level: number) => margin + (steps.length - level) * storey;
  const boxes = boxesOf(proof, levelY, view);
  const title = t(
    `第 ${index} 条到大小为 ${size} 的检查点之根`,
    `From entry ${index} to the root of the checkpoint of size ${size}`,
  );
  const text = t(
    `日志 ${log} 第 ${index} 条的叶子哈希，与 ${steps.length} 个相邻哈希逐级合并，得出检查点的根。各级哈希见下表。`,
    `The hash of entry ${index} of ${log}, joined with ${steps.length} neighbours one after the other, gives the root of the checkpoint. The hashes are in the table.`,
  );
  return html`<div class="proof">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title>
<desc id="${id}-text">${text}</desc>
${steps.map(({ side }, level) => lines(side, levelY(level), levelY(level + 1)))}
${boxes.map(draw)}
</svg>
<div><p>${text}</p>
${hashTable(proof, view)}</div>
</div>
`;
}

function boxesOf({ steps, leafHash, index, size }: ProofPath, levelY: (level: number) => number, { t }: View): Box[] {
  const isAlone = steps.length === 0;
  const leafWord = isAlone
    ? t(`第 ${index} 条，也是根`, `entry ${index}, the root`)
    : t(`第 ${index} 条`, `entry ${index}`);
  const leaf: Box = { x: center, y: levelY(0), hash: leafHash, word: leafWord, kind: isAlone ? 'root' : 'leaf' };
  const above = steps.flatMap(({ side, sibling, node }, level): Box[] => {
    const x = center + (side === 'left' ? -aside : aside);
    const isRoot = level === steps.length - 1;
    return [
      { x, y: levelY(level), hash: sibling, word: t('相邻', 'neighbour'), kind: 'sibling' },
      {
        x: center,
        y: levelY(level + 1),
        hash: node,
        word: isRoot ? t(`根，共 ${size} 条`, `root of ${size}`) : t('合并', 'joined'),
        kind: isRoot ? 'root' : 'node',
      },
    ];
  });
  return [leaf, ...above];
}

/** From the box and from its neighbour, both below, to the one that they give. */
function lines(side: 'left' | 'right', y: number, above: number): Html {
  const x = center + (side === 'left' ? -aside : aside);
  const middle = (above + boxHeight + y) / 2;
  return html`<path class="way" d="M${center} ${y}V${above + boxHeight}"/>
<path d="M${x} ${y}V${middle}H${center}"/>
`;
}

function draw({ x, y, hash, word, kind }: Box): Html {
  return html`<g class="${kind}"><rect x="${x - boxWidth / 2}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="4"/>
<text x="${x}" y="${y + 17}">${word}</text><text class="hash" x="${x}" y="${y + 34}">${hash.slice(0, 10)}…</text></g>
`;
}

function hashTable({ leafHash, steps }: ProofPath, { t }: View): Html {
  const code = (hash: string) => html`<span class="code">${hash}</span>`;
  const sides = { left: t('左', 'left'), right: t('右', 'right') };
  const rows = steps.map(({ side, sibling, node }, i) => [i + 1, sides[side], code(sibling), code(node)]);
  const columns = [
    { label: t('级', 'Level'), kind: 'fixed' },
    { label: t('相邻在', 'Side'), kind: 'fixed' },
    { label: t('相邻哈希', 'Neighbour') },
    { label: t('合并得出', 'Gives') },
  ] as const;
  return html`<p>${t('叶子哈希', 'Hash of the leaf')}<br>${code(leafHash)}</p>
${rows.length > 0 && table(t('各级哈希', 'The hashes, level by level'), columns, rows)}`;
}

/**
 * YAML 1.2 (core schema) with the place of every value, so that a complaint can name line and column. The door of `yaml`.
 *
 * What reads differently than it looks is a mistake: duplicate keys, keys that are no text, tags, and anchors with
 * their aliases, which hide from a reader of one line what stands in another.
 */

import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  stringify,
  visit,
} from 'yaml';
import { parsePointer } from './pointer.ts';

/** Where something stands, both from 1. A column counts UTF-16 units. */
export interface Position {
  line: number;
  column: number;
}

export interface YamlMistake extends Position {
  message: string;
  zh: string;
}

export interface YamlReading {
  /** The value, as JSON has it; undefined when there are mistakes. */
  value: unknown;
  /**
   * Where the value of a pointer (RFC 6901) begins; for one that is not there, the nearest above it that is.
   * Undefined when the text holds no value at all.
   */
  positionOf(pointer: string): Position | undefined;
  mistakes: YamlMistake[];
}

/** A value as a YAML document that {@link parseYaml} reads as the same value: no anchors, no tags. */
export function formatYaml(value: unknown): string {
  return stringify(value, { version: '1.2', schema: 'core', aliasDuplicateObjects: false, lineWidth: 120 });
}

/** Reads one YAML document, with all its mistakes at once. */
export function parseYaml(text: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
  });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes = [...faultsOf(document), ...surprisesIn(document)]
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, message, zh }) => ({ ...place(offset), message, zh }));
  return {
    value: mistakes.length === 0 ? document.toJS() : undefined,
    positionOf: (pointer) => {
      const offset = offsetOf(document, parsePointer(pointer));
      return offset === undefined ? undefined : place(offset);
    },
    mistakes,
  };
}

interface Fault {
  offset: number;
  message: string;
  zh: string;
}

/** What the package itself minds. Its warnings about unknown tags are left to `surprisesIn`, which minds every tag. */
function faultsOf(document: Document.Parsed): Fault[] {
  const warnings = document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  return [...document.errors, ...warnings].map(({ code, message, pos }) => ({
    offset: pos[0],
    message: code === 'MULTIPLE_DOCS' ? 'a file holds one document' : message,
    zh: inChinese[code] ?? `YAML 语法有误（${code}）`,
  }));
}

/** What is YAML, and still no way to write an agreement or a configuration. */
function surprisesIn(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  const say = (node: unknown, message: string, zh: string) =>
    faults.push({ offset: (isNode(node) ? node.range?.[0] : undefined) ?? 0, message, zh });
  visit(document, {
    Alias: (_, node) => void say(node, 'aliases are not taken: write it out', '不接受引用（*），请写全'),
    Node: (_, node) => {
      if (node.anchor !== undefined) say(node, 'anchors are not taken', '不接受锚点（&）');
      if (node.tag !== undefined) say(node, `tags such as ${node.tag} are not taken`, `不接受标签 ${node.tag}`);
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string')
        say(key, 'a key is text: put it in quotes', '键须为文本，请加引号');
    },
  });
  return faults;
}

function offsetOf(document: Document.Parsed, names: readonly string[]): number | undefined {
  let node: unknown = document.contents;
  let found = isNode(node) ? node.range?.[0] : undefined;
  for (const name of names) {
    if (!isCollection(node)) break;
    const item: unknown = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && key.value === name)
      : node.items[Number(name)];
    const next: unknown = isPair(item) ? (item.value ?? item.key) : item;
    if (!isNode(next)) break;
    found = next.range?.[0] ?? found;
    node = next;
  }
  return found;
}

const inChinese: Partial<Record<string, string>> = {
  BAD_INDENT: '缩进有误',
  BLOCK_AS_IMPLICIT_KEY: '嵌套的内容须另起一行并缩进',
  DUPLICATE_KEY: '同一个键出现了两次',
  MISSING_CHAR: '缺少引号、冒号或括号',
  MULTIPLE_DOCS: '一个文件只能有一份文档',
  MULTILINE_IMPLICIT_KEY: '键须写在一行之内',
  TAB_AS_INDENT: '缩进须用空格，不得用制表符',
  TAG_RESOLVE_FAILED: '不认识的标签',
  UNEXPECTED_TOKEN: '此处有多余的字符',
};

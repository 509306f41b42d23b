/**
 * What the command line says and in which language: answers on stdout, as text or with `--json` as JSON; words,
 * refusals and progress on stderr. What is said is the commands' business.
 */

import { SingleBar } from 'cli-progress';
import { CommanderError } from 'commander';
import { cureOf } from '../base/cures.ts';
import { type Facts, isProblem, type Problem } from '../base/problem.ts';
import { type Sentence, sentenceOf } from '../base/sentences.ts';

export type Language = 'zh' | 'en' | 'both';

/** 0 done, 1 refused, 2 misuse. */
export type ExitCode = 0 | 1 | 2;

/** The command was called wrongly; nothing has been done. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
  readonly sentence: Sentence;
  /** What is wrong with what was given, where a code says it. */
  readonly problem: Problem | undefined;

  constructor(sentence: Sentence, problem?: Problem) {
    super(sentence.en);
    this.sentence = sentence;
    this.problem = problem;
  }
}

/** Where the words go. Tests hand in their own. */
export interface Streams {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whether a person watches stderr, so that a progress bar makes sense. */
  isWatched: boolean;
}

export interface Progress {
  /** `total` may become known, or grow, on the way; the note says how fast it goes. */
  update(done: number, total?: number, note?: string): void;
  stop(): void;
}

export interface Terminal {
  language: Language;
  /** Whether answers are JSON. */
  isJson: boolean;
  /** The command's answer: `value` with `--json`, one line of JSON; otherwise `text`, ended by a line feed. */
  answer(value: unknown, text: string | (() => string)): void;
  /** A piece of a file that goes to stdout as it is. */
  write(piece: string): void;
  /** A word beside the answer; silent with `--json`. */
  note(sentence: Sentence): void;
  /** The sentence in the caller's language, or both with a slash between. */
  pick(sentence: Sentence): string;
  /** A progress bar where a person watches, nothing elsewhere; a count without a bar as long as the total is 0. */
  progress(what: Sentence, total: number): Progress;
  /** Makes the exit code 1 although an answer was given: some rows were refused, say. */
  markRefused(): void;
  /** Says why the command ended and what its exit code is; without `error`, that it is done. */
  end(error?: unknown): ExitCode;
}

export function createTerminal(
  streams: Streams,
  options: () => { json?: true; lang?: 'zh' | 'en' },
  locale: string,
): Terminal {
  let isRefused = false;
  const language = () => options().lang ?? languageOf(locale);
  const pick = ({ zh, en }: Sentence) => (language() === 'both' ? `${zh} / ${en}` : language() === 'zh' ? zh : en);
  const sayLines = (sentences: readonly Sentence[]) => {
    const spoken = language();
    if (spoken !== 'en') for (const { zh } of sentences) streams.err(`${zh}\n`);
    if (spoken !== 'zh') for (const { en } of sentences) streams.err(`${en}\n`);
  };
  const refuse = (report: { code: string; facts?: Facts; cure?: Sentence } & Sentence, lines: readonly Sentence[]) => {
    if (options().json) streams.err(`${JSON.stringify(report)}\n`);
    else sayLines(lines);
  };

  return {
    get language() {
      return language();
    },
    get isJson() {
      return options().json === true;
    },
    answer: (value, text) => {
      if (options().json) streams.out(`${JSON.stringify(value)}\n`);
      else {
        const words = typeof text === 'string' ? text : text();
        streams.out(words.endsWith('\n') ? words : `${words}\n`);
      }
    },
    write: (piece) => streams.out(piece),
    note: (sentence) => {
      if (!options().json) sayLines([sentence]);
    },
    pick,
    progress: (what, total) => startBar(streams.isWatched && !options().json, pick(what), total),
    markRefused: () => {
      isRefused = true;
    },
    end: (error) => {
      if (error === undefined) return isRefused ? 1 : 0;
      if (error instanceof CommanderError) {
        if (error.exitCode === 0) return 0; // --help and --version, already printed
        const sentence = translate(error);
        refuse({ code: 'misuse', ...sentence }, [sentence]);
        return 2;
      }
      if (error instanceof Misuse) {
        const { sentence, problem } = error;
        refuse({ code: 'misuse', ...sentence, ...(problem && { code: problem.code, facts: problem.facts }) }, [
          sentence,
        ]);
        return 2;
      }
      if (isProblem(error)) {
        const { code, facts } = error;
        const { mistakes, ...others } = facts; // on lines of their own, not a few in the sentence
        const { cure } = cureOf(code);
        const lines = [sentenceOf({ code, facts: others }), ...linesOf(mistakes), pointTo(cure)];
        refuse({ code, ...sentenceOf(error), facts, cure }, lines);
        return 1;
      }
      streams.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return 1;
    },
  };
}

/** `zh_CN.UTF-8` → `zh`; both when the locale says neither. */
export function languageOf(locale: string): Language {
  if (/^zh\b|^zh_/i.test(locale)) return 'zh';
  return /^en\b|^en_/i.test(locale) ? 'en' : 'both';
}

function startBar(isShown: boolean, what: string, total: number): Progress {
  if (!isShown) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: total > 0 ? `${what} [{bar}] {value}/{total} {note}` : `${what} {value} {note}`,
    hideCursor: true,
    barsize: 30,
  });
  bar.start(total, 0, { note: '' });
  return {
    update: (done, of, note = '') => {
      if (of !== undefined) bar.setTotal(of);
      bar.update(done, { note });
    },
    stop: () => bar.stop(),
  };
}

/** A line for each mistake: `  huxin.yaml:4:9: …`, or the pointer where there is no place. */
function linesOf(mistakes: unknown): Sentence[] {
  if (!Array.isArray(mistakes)) return [];
  return mistakes.map((mistake: Partial<Record<'file' | 'line' | 'column' | 'pointer' | 'zh' | 'en', unknown>>) => {
    const places = [mistake.file, mistake.line, mistake.column].filter((part) => part !== undefined);
    const place = places.length > 0 ? places.join(':') : mistake.pointer;
    const at = place === undefined || place === '' ? '' : `${place}: `;
    return { zh: `  ${at}${mistake.zh ?? ''}`, en: `  ${at}${mistake.en ?? ''}` };
  });
}

/** `→ …` */
function pointTo({ zh, en }: Sentence): Sentence {
  return { zh: `→ ${zh}`, en: `→ ${en}` };
}

const misuses: Record<string, string> = {
  'commander.unknownOption': '没有这个选项',
  'commander.unknownCommand': '没有这个命令',
  'commander.missingArgument': '缺少参数',
  'commander.excessArguments': '参数太多',
  'commander.optionMissingArgument': '选项缺少取值',
  'commander.missingMandatoryOptionValue': '缺少必需的选项',
  'commander.invalidArgument': '取值不对',
  'commander.conflictingOption': '选项互相冲突',
  'commander.help': '请给出命令',
};

function translate({ code, message }: CommanderError): Sentence {
  const en = code === 'commander.help' ? 'a command is needed' : message.replace(/^error: /, '');
  const named = /'([^']*)'/.exec(en)?.[1];
  const [, choices] = /Allowed choices are (.+)\.$/.exec(en) ?? [];
  const parts = [
    misuses[code] ?? '请看 --help',
    named === undefined ? '' : `（${named}）`,
    choices ? `，可用：${choices.replaceAll(', ', '、')}` : '',
  ];
  return {
    zh: `用法错误：${parts.join('')}`,
    en: `misuse: ${en}`,
  };
}

/**
 * The page that verifies evidence in a browser, with no network: takes the files, runs the same verification as the command
 * line, shows what it says. The only file of this folder that touches the document.
 */

import { formatHex } from '../base/bytes.ts';
import type { Html } from '../base/html.ts';
import { isProblem } from '../base/problem.ts';
import { compileSchema } from '../base/schema.ts';
import { formatInstant } from '../base/time.ts';
import { compileEvidenceSchema } from '../evidence/read.ts';
import { UnusableAgreement } from '../evidence/trust.ts';
import { verifyEvidence } from '../evidence/verify.ts';
import { formatPaper } from './paper.ts';
import { createDigest, hash, provideDigest, verifySignature } from './ports.ts';
import { type Circumstances, type Outcome, reportView } from './report-view.ts';
import { chosen, screen } from './screen.ts';
import { shipped, shippedLabels } from './shipped.ts';
import {
  type AgreementSource,
  describeAgreement,
  type EvidenceSource,
  evidenceFrom,
  isAgreement,
  parseAgreement,
  readEmbedded,
} from './sources.ts';
import { createView, type Language } from './view.ts';

interface State {
  language: Language;
  isEmbedded: boolean;
  evidence?: EvidenceSource;
  agreement?: AgreementSource;
  quorum: string;
  at: string;
  isMoreOpen: boolean;
  result?: { outcome: Outcome; around: Circumstances };
  /** While it verifies, which part of the file was read, up to 1. */
  share?: number;
  /** Counted up with each run: a later one makes what an earlier one says worthless. */
  run: number;
}

provideDigest();
const ports = {
  hash,
  verifySignature,
  form: compileSchema(shipped.agreement),
  checks: compileEvidenceSchema(shipped.evidence),
};
const labels = shippedLabels();
const embedded = readEmbedded(document);
const state: State = {
  isEmbedded: embedded !== undefined,
  language: navigator.language.startsWith('zh') ? 'zh' : 'en',
  quorum: '',
  at: '',
  isMoreOpen: false,
  run: 0,
  ...embedded,
};
const app = part('app');
listen();
draw();
if (state.evidence) void verify();

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new RangeError(`no part ${id}`);
  return found;
}

/** Markup whose every value was escaped where it was put in. */
function show(element: HTMLElement, content: Html): void {
  element.innerHTML = String(content);
}

/** The whole page anew, at the beginning and in another language; the focus stays where it was. */
function draw(): void {
  const focused = document.activeElement?.id;
  const view = createView(state.language);
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  document.title = view.t('验证证据 · 互信', 'Verify evidence · Huxin');
  show(app, screen(state, view, shipped.version));
  drawProgress();
  drawResult();
  if (focused) document.getElementById(focused)?.focus();
}

/** What was chosen, and no more: a new button would lose the file that somebody is choosing with the old one. */
function drawChosen(): void {
  const view = createView(state.language);
  for (const id of ['evidence', 'agreement'] as const) show(part(`${id}-chosen`), chosen(id, state, view));
}

function drawProgress(): void {
  const progress = part('progress') as HTMLProgressElement; // as `screen.ts` has it
  progress.hidden = state.share === undefined;
  progress.value = state.share ?? 0;
  const word = state.share === undefined ? '' : createView(state.language).t('正在验证……', 'Verifying …');
  if (part('status').textContent !== word) part('status').textContent = word; // said aloud once
}

function drawResult(): void {
  if (!state.result) return void part('result').replaceChildren();
  const { outcome, around } = state.result;
  show(part('result'), reportView(outcome, around, labels, { language: state.language, isPaper: false }));
}

async function verify(): Promise<void> {
  const { evidence, agreement, quorum, at } = state;
  const { t } = createView(state.language);
  if (!evidence || !agreement) {
    part('status').textContent = evidence
      ? t('还缺协议文件。', 'The agreement is still missing.')
      : t('还缺证据文件。', 'The evidence file is still missing.');
    part(evidence ? 'agreement' : 'evidence').focus();
    return;
  }
  const run = ++state.run;
  delete state.result;
  drawResult();
  state.share = 0;
  drawProgress();
  const digest = createDigest();
  let readBytes = 0;
  async function* chunks(source: EvidenceSource): AsyncGenerator<Uint8Array> {
    for await (const chunk of source.chunks()) {
      if (run !== state.run) throw new Superseded();
      digest.add(chunk);
      readBytes += chunk.length;
      state.share = readBytes / source.sizeBytes;
      drawProgress();
      yield chunk;
    }
  }
  try {
    const outcome = await outcomeOf(chunks(evidence), agreement, { quorum, at });
    if (run !== state.run) return;
    const isWhole = readBytes === evidence.sizeBytes;
    state.result = { outcome, around: around(evidence, agreement, isWhole ? formatHex(digest.end()) : undefined) };
    delete state.share;
    drawProgress();
    drawResult();
    part('verdict').focus();
  } catch (error) {
    if (error instanceof Superseded || run !== state.run) return;
    delete state.share;
    drawProgress(); // a file that was moved or changed meanwhile, or a fault of ours
    part('status').textContent =
      `${t('没有完成：', 'Not completed: ')}${error instanceof Error ? error.message : error}`;
  }
}

/** A newer run has begun. */
class Superseded extends Error {}

async function outcomeOf(
  chunks: AsyncIterable<Uint8Array>,
  agreement: AgreementSource,
  { quorum, at }: { quorum: string; at: string },
): Promise<Outcome> {
  try {
    const options = {
      agreement: parseAgreement(agreement),
      ...(quorum !== '' && { quorum: Number(quorum) }),
      ...(at !== '' && { at }),
    };
    return { report: await verifyEvidence(chunks, options, ports) };
  } catch (error) {
    if (isProblem(error)) return { problem: error };
    if (error instanceof UnusableAgreement && isProblem(error.cause)) return { problem: error.cause };
    throw error;
  }
}

function around(evidence: EvidenceSource, agreement: AgreementSource, digest: string | undefined): Circumstances {
  const { name, sizeBytes } = evidence;
  let value: unknown;
  try {
    value = parseAgreement(agreement);
  } catch {
    value = [];
  }
  return {
    file: { name, sizeBytes, ...(digest && { digest }) },
    agreement: {
      name: agreement.name,
      isFromPage: agreement.isFromPage,
      versions: describeAgreement(value, hash),
    },
    ...(state.quorum !== '' && { quorum: Number(state.quorum) }),
    ...(state.at !== '' && { at: state.at }),
    verifiedAt: formatInstant(new Date()),
    program: `Huxin ${shipped.version}`,
  };
}

function listen(): void {
  document.addEventListener('click', ({ target }) => {
    const id = target instanceof Element ? target.closest('button')?.id : undefined;
    if (id === 'language') {
      state.language = state.language === 'zh' ? 'en' : 'zh';
      draw();
    } else if (id === 'print') window.print();
    else if (id === 'save') saveReport();
    else if (id === 'take-out') void takeOut();
  });
  document.addEventListener('submit', (event) => {
    event.preventDefault();
    void verify();
  });
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.id === 'quorum' || target.id === 'at') state[target.id] = target.value;
  });
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== 'file') return;
    const [file] = target.files ?? [];
    if (file) void take([file], target.id);
  });
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.id === 'more') state.isMoreOpen = target.open;
    },
    { capture: true }, // does not bubble
  );
  for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      document.body.toggleAttribute('data-dragging', kind === 'dragenter' || kind === 'dragover');
      if (kind !== 'drop') return;
      const zone = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drop]') : null;
      void take([...(event.dataTransfer?.files ?? [])], zone?.dataset.drop);
    });
  }
  openAllOnPaper();
}

/** @param meant for which of the two, where the reader said so; else the files themselves say it */
async function take(files: readonly File[], meant?: string): Promise<void> {
  for (const file of files) {
    const isMeant = files.length === 1 && meant !== undefined;
    if (isMeant ? meant === 'agreement' : await isAgreement(file)) {
      state.agreement = { name: file.name, isFromPage: false, text: await file.text() };
    } else state.evidence = evidenceFrom(file, file.name);
  }
  state.run++;
  delete state.result;
  delete state.share;
  drawChosen();
  drawProgress();
  drawResult();
  const form = document.getElementById('form');
  if (state.evidence && state.agreement && form instanceof HTMLFormElement) form.requestSubmit();
}

function saveReport(): void {
  if (!state.result) return;
  const { language } = state;
  const { outcome, around } = state.result;
  const { t } = createView(language);
  const body = reportView(outcome, around, labels, { language, isPaper: true });
  const style = document.querySelector('style')?.textContent ?? '';
  const paper = formatPaper({ title: t('证据验证报告', 'Report on evidence'), language, body, style }, hash);
  const name = around.file.name.replace(/\.[^.]*$/, '') || t('证据', 'evidence');
  save(new Blob([paper], { type: 'text/html' }), `${name}-${t('验证报告', 'report')}.html`);
}

/** The bytes as they were put in, for another page to verify. */
async function takeOut(): Promise<void> {
  if (!embedded) return;
  const parts: BlobPart[] = [];
  for await (const chunk of embedded.evidence.chunks()) parts.push(new Uint8Array(chunk));
  save(new Blob(parts, { type: 'application/json' }), 'evidence.json');
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // browsers read it after the click
}

/** What is folded away would be missing on paper. */
function openAllOnPaper(): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    opened = [...part('result').querySelectorAll('details')].filter(({ open }) => !open);
    for (const details of opened) details.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const details of opened.splice(0)) details.open = false;
  });
}

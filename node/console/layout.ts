/** The frame around every page: name, menu, who is signed in, and what could not be done. */

import type { Bilingual } from '../agreement/agreement.ts';
import { type Html, html } from '../base/html.ts';
import type { Problem } from '../base/problem.ts';
import { type Sentence, sentenceOf } from '../base/sentences.ts';
import type { Asker, Role } from '../registry/tokens.ts';
import { roleNames } from '../registry/words.ts';
import { linkTo } from './elements.ts';
import type { Screen, View } from './page.ts';

export interface FrameParts {
  /** The member whose node this is. */
  name: Bilingual;
  /** Addresses of the stylesheet and of the script. */
  style: string;
  script: string;
}

interface MenuEntry {
  path: string;
  label: Sentence;
  roles: readonly Role[];
  /** What stands below it besides. */
  holds?: readonly string[];
}

/** What each role finds in the menu; the first is where it begins. */
const menu: readonly MenuEntry[] = [
  { path: '/', label: { zh: '待办', en: 'Work list' }, roles: ['clerk', 'auditor'] },
  { path: '/alarms', label: { zh: '告警', en: 'Alarms' }, roles: ['operator'] },
  { path: '/imports', label: { zh: '导入', en: 'Imports' }, roles: ['clerk', 'operator'] },
  { path: '/ask', label: { zh: '查询', en: 'Ask' }, roles: ['clerk', 'auditor', 'reader'], holds: ['/records'] },
  { path: '/proposals', label: { zh: '复核', en: 'Approvals' }, roles: ['clerk', 'auditor'] },
];

/** Where a role begins. */
export function startOf(role: Role): string {
  return menu.find(({ roles }) => roles.includes(role))?.path ?? '/';
}

/** The whole document. */
export function frame(screen: Screen, view: View & { asker?: Asker }, { name, style, script }: FrameParts): Html {
  const { t, say, language, asker, here } = view;
  const title = screen.problem ? `${t('没有办成', 'Not done')}：${screen.title}` : screen.title;
  const other = language === 'zh' ? 'en' : 'zh';
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${t('互信', 'Huxin')} · ${say(name)}</title>
<link rel="stylesheet" href="${style}">
<script src="${script}" defer></script>
${screen.isUnderWay === true && html`<noscript><meta http-equiv="refresh" content="5"></noscript>`}
</head>
<body${screen.isUnderWay === true && html` data-under-way`}>
<a class="skip" href="#main">${t('跳到正文', 'Skip to the content')}</a>
<header>
<div class="bar">
<p class="name"><a href="/">${t('互信', 'Huxin')}</a> <span>${t(`${name.zh}知识产权信用信息`, `IP credit information, ${name.en}`)}</span></p>
<p class="language"><a href="${linkTo('/language', { to: other, back: here })}" hreflang="${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${other === 'zh' ? '中文' : 'English'}</a></p>
${asker && signedIn(asker, view)}
</div>
${asker && navigation(asker, view)}
</header>
<main id="main" tabindex="-1">
${noticeOf(view)}
${screen.problem && problemBox(screen.problem, view)}
<h1>${screen.title}</h1>
${screen.body}
</main>
</body>
</html>
`;
}

function signedIn({ role, person, authority }: Asker, { t, say }: View): Html {
  return html`<form class="who" method="post" action="/sign-out">
<span>${say(roleNames[role])} ${person}</span> <span class="code">${authority}</span>
<button class="plain">${t('退出', 'Sign out')}</button>
</form>`;
}

function navigation({ role }: Asker, { t, say, here }: View): Html {
  const path = here.split('?')[0] ?? '';
  const entries = menu.filter(({ roles }) => roles.includes(role));
  const isHere = ({ path: entry, holds = [] }: MenuEntry) =>
    path === entry || [entry, ...holds].some((place) => place !== '/' && path.startsWith(`${place}/`));
  return html`<nav aria-label="${t('菜单', 'Menu')}"><ul>${entries.map(
    (entry) => html`
<li><a href="${entry.path}"${isHere(entry) && html` aria-current="page"`}>${say(entry.label)}</a></li>`,
  )}
</ul></nav>`;
}

/** What was done before this page was gone to: its name stands in the address. */
const notices: Readonly<Record<string, Sentence>> = {
  'signed-out': { zh: '已退出。', en: 'You are signed out.' },
  publishing: { zh: '已提交发布。', en: 'Handed over for publication.' },
  discarded: { zh: '已放弃，没有发布任何内容。', en: 'Thrown away; nothing was published.' },
  revoking: { zh: '撤销已受理。', en: 'The revocation was taken up.' },
  said: { zh: '已办理并签发，随即通报各有关成员。', en: 'Done and signed; the members concerned are told now.' },
  proposed: { zh: '已提出，待另一人复核后生效。', en: 'Proposed. It takes effect once another person approves it.' },
  approved: { zh: '已同意，操作已生效。', en: 'Approved; the step has taken effect.' },
  rejected: { zh: '未同意，操作没有生效。', en: 'Rejected; the step has no effect.' },
  withdrawn: { zh: '已撤回。', en: 'Taken back.' },
};

function noticeOf({ here, say }: View): Html | undefined {
  const name = new URL(here, 'http://localhost').searchParams.get('done');
  const notice = name === null ? undefined : notices[name];
  return notice && html`<p class="notice" role="status">${say(notice)}</p>`;
}

interface Mistake extends Sentence {
  pointer: string;
}

/** What could not be done, and each mistake with a link to the field that it is about. */
function problemBox({ code, facts }: Problem, { t, say }: View): Html {
  const mistakes = mistakesIn(facts);
  const whole = sentenceOf({ code, facts: { ...facts, mistakes: undefined, complaints: undefined } });
  return html`<section class="problem" id="problem" role="alert" tabindex="-1" aria-labelledby="problem-title">
<h2 id="problem-title">${t('没有办成', 'Not done')}</h2>
<p>${code === 'input/invalid' && mistakes.length > 0 ? t('请改正以下各处：', 'Mend the following:') : say(whole)}</p>
${
  mistakes.length > 0 &&
  html`<ul>${mistakes.map(
    ({ pointer, ...mistake }) => html`
<li>${pointer === '' ? say(mistake) : html`<a href="#${fieldId(pointer)}">${say(mistake)}</a>`}</li>`,
  )}
</ul>`
}
</section>`;
}

/** Mistakes of a form, or complaints of a schema. */
function mistakesIn({ mistakes, complaints }: Problem['facts']): Mistake[] {
  const listed = [mistakes, complaints].flatMap((list) => (Array.isArray(list) ? list : []));
  return (listed as (Partial<Mistake> & { message?: string })[]).map(
    ({ pointer = '', zh = '', message = '', en = message }) => {
      return { pointer, zh, en }; // as `sentences.ts` reads them
    },
  );
}

/** `/document/number` → `document.number`, the id of the field. */
function fieldId(pointer: string): string {
  return pointer.replace(/^\//, '').replaceAll('/', '.');
}

/** The page around a result: what it is for, the two files, the options, how far it is. */

import { type Html, html } from '../base/html.ts';
import { formatSize, type View } from './view.ts';

/** What the reader has given so far. */
export interface Given {
  evidence?: { name: string; sizeBytes: number };
  agreement?: { name: string; isFromPage: boolean };
  /** As typed; empty for what the agreement says. */
  quorum: string;
  /** A day, or empty. */
  at: string;
  isMoreOpen: boolean;
  /** Whether the page came with evidence and agreement inside. */
  isEmbedded: boolean;
}

/** Everything but the result, which goes into `#result`. */
export function screen(given: Given, view: View, version: string): Html {
  const { t, language } = view;
  return html`<a class="skip" href="#main">${t('跳到正文', 'Skip to the content')}</a>
<header><div class="bar">
<p class="name"><strong>${t('互信', 'Huxin')}</strong> <span>${t('知识产权信用信息交换', 'IP credit information exchange')}</span></p>
<p class="language"><button type="button" class="plain" id="language" lang="${language === 'zh' ? 'en' : 'zh-CN'}">${language === 'zh' ? 'English' : '中文'}</button></p>
</div></header>
<main id="main" tabindex="-1">
<h1>${t('验证证据', 'Verify evidence')}</h1>
<p class="lead">${t(
    '放入证据文件和您手中的协议，即可查看谁在何时说了什么、谁见证、谁收到，以及每项验证的依据。',
    'Put in an evidence file and the agreement that you hold, and read who said what when, who witnessed it, who received it, and what each check rests on.',
  )}</p>
<p class="quiet">${t(
    '验证全部在本机的浏览器内完成。本页不连接网络，文件不会离开本机。',
    'All of it happens in this browser. The page reaches no network, and the files do not leave this machine.',
  )}</p>
${given.isEmbedded && caution(view)}
<form id="form" class="card" aria-label="${t('要验证的文件', 'The files to verify')}">
<div class="drops">
${drop(
  {
    id: 'evidence',
    title: t('证据文件', 'Evidence'),
    choose: t('选择证据文件', 'Choose the evidence file'),
    hint: t('由节点导出', 'as a node exported it'),
  },
  given,
  view,
)}
${drop(
  {
    id: 'agreement',
    title: t('协议文件', 'Agreement'),
    choose: t('选择协议文件', 'Choose the agreement'),
    hint: t('已签署，一版或各版；来自您信任的人', 'signed, one version or all; from somebody whom you trust'),
  },
  given,
  view,
)}
</div>
<details id="more"${given.isMoreOpen && html` open`}><summary>${t('更多选项', 'More options')}</summary>
<div class="row">
<div class="field"><label for="quorum">${t('要求的见证成员数', 'Members that must have witnessed')}</label>
<p class="hint" id="quorum-hint">${t('空着则按协议规定', 'left empty, as the agreement says')}</p>
<input type="number" id="quorum" min="1" max="64" step="1" value="${given.quorum}" aria-describedby="quorum-hint"></div>
<div class="field"><label for="at">${t('须在这一天结束前已存在', 'Must have been there before the end of')}</label>
<p class="hint" id="at-hint">${t('按见证时间判断；空着则不问', 'by the times of the witnesses; left empty, it is not asked')}</p>
<input type="date" id="at" value="${given.at}" aria-describedby="at-hint"></div>
</div></details>
<progress id="progress" hidden value="0" max="1" aria-label="${t('验证进度', 'How far it is')}"></progress>
<p class="actions"><button class="button" id="verify">${t('验证', 'Verify')}</button> <span id="status" role="status"></span></p>
</form>
<div id="result"></div>
</main>
<footer>${t(`互信 ${version} · 验证程序与命令 huxin verify 相同`, `Huxin ${version} · the same program as the command huxin verify`)}</footer>
`;
}

/** Everything rests on the agreement and on the page itself, and both come from whoever sent them. */
function caution({ t }: View): Html {
  return html`<section class="caution" aria-labelledby="caution">
<h2 id="caution">${t('本页连同证据和协议由寄送者提供', 'This page came with evidence and agreement inside')}</h2>
<p>${t(
    '里面的协议是寄送者放进去的，不是您手中的那一份：请在下方换上您自己的协议文件再验证。如果连寄送者也不能信任，请取出证据文件，放进从别处取得的验证页 verify.html。',
    'The agreement inside was put there by whoever sent the page and is not the one in your hand: choose your own below and verify again. If you do not trust the sender at all, take the evidence file out and open it in a verify.html that you got from elsewhere.',
  )}</p>
<p class="actions"><button type="button" class="button second" id="take-out">${t('取出证据文件', 'Take the evidence file out')}</button></p>
</section>
`;
}

interface Drop {
  id: 'evidence' | 'agreement';
  title: string;
  /** What the button says. */
  choose: string;
  hint: string;
}

function drop({ id, title, choose, hint }: Drop, given: Given, view: View): Html {
  return html`<div class="drop" data-drop="${id}">
<p class="title">${title}</p>
<p class="hint" id="${id}-hint">${hint}</p>
<p><input type="file" id="${id}" class="hidden" aria-describedby="${id}-hint ${id}-chosen"><label for="${id}" class="button second">${choose}</label> <span class="quiet">${view.t('或拖到这里', 'or drop it here')}</span></p>
<p class="chosen" id="${id}-chosen">${chosen(id, given, view)}</p>
</div>`;
}

/** Which file was chosen, for `#evidence-chosen` and `#agreement-chosen`. */
export function chosen(id: Drop['id'], { evidence, agreement }: Given, { t }: View): Html {
  if (id === 'evidence' && evidence) {
    const name = evidence.name || t('本页内的证据', 'the evidence inside this page');
    return html`<strong>${name}</strong> (${formatSize(evidence.sizeBytes)})`;
  }
  if (id === 'agreement' && agreement) {
    return html`<strong>${agreement.name || t('本页内的协议', 'the agreement inside this page')}</strong>`;
  }
  return html`<span class="quiet">${t('尚未选择', 'none chosen yet')}</span>`;
}

/** Four eyes: steps that one person proposed and another approves. */

import type { Request } from 'express';
import { type Html, html, type Piece } from '../base/html.ts';
import type { Problem } from '../base/problem.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { Steps } from '../federation/steps.ts';
import { pathId } from '../http/input.ts';
import { isSamePerson, type Person, type Proposal } from '../registry/proposals.ts';
import { formatRecordId } from '../registry/record.ts';
import type { Asker } from '../registry/tokens.ts';
import { proposalStates } from '../registry/words.ts';
import { fieldsOf, needField } from './browser.ts';
import { badge, linkTo, pairs, postButton, table, textArea } from './elements.ts';
import { attempt, type Screen, type SignedPage, type SignedView, type View } from './page.ts';

export interface ProposalPageParts {
  steps: Steps;
  labels: Labels;
}

const shownProposals = 100;
const reasonLabel = { zh: '理由', en: 'Reason' };
const purpose = 'supervision';

export function proposalPages({ steps, labels }: ProposalPageParts): SignedPage[] {
  /** Does something to a proposal, and shows what became of it. */
  function act(
    path: string,
    done: string,
    decide: (id: string, request: Request, asker: Asker) => Promise<unknown>,
  ): SignedPage {
    return {
      method: 'post',
      path: `/proposals/:proposal/${path}`,
      access: ['clerk'],
      show(request, view) {
        const id = idIn(request);
        return attempt(
          async () => {
            await decide(id, request, view.asker);
            return { goTo: `/proposals/${id}?done=${done}` };
          },
          async (problem) => oneScreen(await steps.get(id, view.asker), view, problem),
        );
      },
    };
  }

  return [
    {
      method: 'get',
      path: '/proposals',
      access: ['clerk', 'auditor'],
      async show(_request, view) {
        return allScreen(await steps.list(view.asker, undefined, shownProposals), view);
      },
    },
    {
      method: 'get',
      path: '/proposals/:proposal',
      access: ['clerk', 'auditor'],
      show: async (request, view) => oneScreen(await steps.get(idIn(request), view.asker), view),
    },
    act('approval', 'approved', (id, _request, asker) => steps.approve(id, asker)),
    act('rejection', 'rejected', (id, request, asker) =>
      steps.reject(id, needField(fieldsOf(request), 'reason', reasonLabel), asker),
    ),
    act('withdrawal', 'withdrawn', (id, _request, asker) => steps.withdraw(id, asker)),
  ];

  function allScreen(proposals: readonly Proposal[], view: SignedView): Screen {
    const { t, say } = view;
    const columns = [
      { label: t('操作', 'Step') },
      { label: t('记录', 'Record') },
      { label: t('提出人', 'Proposed by') },
      { label: t('提出时间（北京时间）', 'Proposed at (China time)'), kind: 'fixed' },
      { label: t('状态', 'State') },
    ] as const;
    const waitingFirst = proposals.toSorted((a, b) => Number(b.state === 'waiting') - Number(a.state === 'waiting'));
    const rows = waitingFirst.map(({ id, record, type, proposedBy, proposedAt, state }): Piece[] => [
      html`<a href="/proposals/${id}">${say(labels.titleOf(type))}</a>`,
      html`<span class="code">${formatRecordId(record)}</span>`,
      proposedBy.person,
      formatChinaTime(proposedAt),
      stateBadge(state, view),
    ]);
    const [title, none] = [
      t('复核', 'Approvals'),
      t('没有须由第二人复核的操作。', 'No step waits, or waited, for a second person.'),
    ];
    return {
      title,
      body: html`<div class="card">${rows.length === 0 ? html`<p>${none}</p>` : table(title, columns, rows)}</div>`,
    };
  }

  function oneScreen(proposal: Proposal, view: SignedView, problem?: Problem): Screen {
    const { t, say, asker } = view;
    const { id, record, type, body, proposedBy, proposedAt, state, decidedBy, decidedAt = '', reason } = proposal;
    const who = ({ person, authority }: Person) => html`${person} <span class="code">${authority}</span>`;
    const isOwn = isSamePerson(proposedBy, asker);
    const mayDecide = state === 'waiting' && asker.role === 'clerk';
    const lines = labels.linesOf(type, body).map(({ label, value }) => [say(label), say(value)] as const);
    return {
      ...(problem && { problem }),
      title: t(`复核：${labels.titleOf(type).zh}`, `Approval: ${labels.titleOf(type).en}`),
      body: html`<section class="card" aria-labelledby="proposal">
<h2 id="proposal">${say(labels.titleOf(type))} ${stateBadge(state, view)}</h2>
${pairs([
  [
    t('记录', 'Record'),
    html`<a class="code" href="${linkTo(`/records/${formatRecordId(record)}`, { purpose })}">${formatRecordId(record)}</a>`,
  ],
  [t('提出人', 'Proposed by'), html`${who(proposedBy)} ${formatChinaTime(proposedAt)}`],
  [t('处理人', 'Decided by'), decidedBy && html`${who(decidedBy)} ${formatChinaTime(decidedAt)}`],
  [t('不同意的理由', 'Why it was rejected'), reason],
])}
<h3>${t('内容', 'What it says')}</h3>
${pairs(lines)}
</section>
${mayDecide && (isOwn ? waitForOther(id, view) : decideForm(id, view, problem))}
<p><a href="/proposals">${t('全部复核事项', 'All approvals')}</a></p>`,
    };
  }
}

function waitForOther(id: string, { t }: View): Html {
  return html`<section class="card">
<p>${t('由您提出，须由另一人复核。', 'You proposed it; another person must approve it.')}</p>
${postButton(`/proposals/${id}/withdrawal`, t('撤回', 'Take it back'), 'second')}
</section>`;
}

function decideForm(id: string, { t, say }: View, problem?: Problem): Html {
  const isWrong = problem?.code === 'input/invalid';
  return html`<section class="card" aria-labelledby="decide">
<h2 id="decide">${t('您的意见', 'Your decision')}</h2>
${postButton(`/proposals/${id}/approval`, t('同意，立即生效', 'Approve; it takes effect at once'))}
<details${isWrong && html` open`}><summary>${t('不同意', 'Reject')}</summary>
<form method="post" action="/proposals/${id}/rejection">
${textArea({ name: 'reason', label: say(reasonLabel), isRequired: true, isWrong, longest: 4096 })}
<p><button class="button grave">${t('不同意', 'Reject')}</button></p>
</form></details>
</section>`;
}

function stateBadge(state: Proposal['state'], { say }: View): Html {
  const kind = state === 'waiting' ? 'wait' : state === 'approved' ? 'good' : undefined;
  return badge(say(proposalStates[state]), kind);
}

function idIn(request: Request): string {
  return pathId(request, 'proposal', 'proposal/not-found');
}

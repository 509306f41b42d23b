/** What is done with records once they have spread: asked about, corrected, objected to, repaired, erased. */

import { ask } from './demo-exchange.mjs';
import { correctedFine } from './demo-samples.mjs';
import { done, heading, say, table } from './demo-screen.mjs';
import { complain, everyoneSees, findRecord, importOne, shorten, story } from './demo-story.mjs';

const shownItems = 5; // of a work list

export async function askEveryone({ uscc, name }) {
  heading(`查询四省都有记录的企业：${name}`, 'A question about a company that all four know');
  const answers = await askAll(uscc);
  const idsOf = (asked, about) => answers[asked].get(about)?.map(({ record }) => record) ?? [];
  const strange = story.nodes.flatMap(({ id, name }, home) => {
    const own = idsOf(home, id);
    const others = story.nodes.flatMap((_, n) => (n === home ? [] : [idsOf(n, id)]));
    const isKnown = others.every((ids) => ids.length > 0 && ids.every((one) => own.includes(one)));
    return isKnown && new Set(others.map(String)).size === 1 ? [] : [`answers differ about ${name.en}`];
  });
  if (strange.length === 0) {
    done('问到同一省，其他三省的答复一致', 'about each province, the three others answer alike');
    say('本省可用自己的全部记录，别省所得以协议为限', 'its own records a province always may use, others as agreed');
  }
  complain(strange);
}

/** With files from elsewhere: the subject of the newest bulletin. */
export async function askAboutAnyone() {
  for (const node of story.nodes) {
    const { bulletins } = await node.get('clerk', '/bulletins?from=1&limit=1000');
    const { jti } = bulletins.findLast(({ type }) => type !== 'receipt') ?? {};
    if (!jti) continue;
    const { claims } = await node.get('clerk', `/bulletins/${jti}`);
    heading(`查询一个主体：${claims.sub_id.uscc}`, 'A question about one of the subjects');
    await askAll(claims.sub_id.uscc);
    return;
  }
}

async function askAll(uscc) {
  const { nodes } = story;
  const answers = await Promise.all(nodes.map((node) => ask(node, uscc)));
  table(
    ['向谁查询', ...nodes.map(({ name }) => `${name.zh}的记录`)],
    nodes.map(({ name }, n) => [name.zh, ...nodes.map(({ id }) => String(answers[n].get(id)?.length ?? 0))]),
  );
  return answers;
}

export async function correctOne({ folder, corrected, known: { uscc } }) {
  const { nodes } = story;
  heading('更正', 'A correction');
  const issuer = nodes.find(({ id }) => id === corrected.member);
  const summary = await importOne(issuer, folder, corrected);
  if (summary.opened !== 0 || summary.corrected !== 1)
    throw new Error('one row was changed, and that is not what came of it');
  await everyoneSees(uscc, issuer, ({ body }) => body?.fine === correctedFine);
  done(
    `${issuer.name.zh}改了一行：罚款更正为 ${correctedFine} 万元，各省均已更新`,
    'one row was changed, and everyone has it',
  );
}

/** A company objects in one province to another's penalty; it is marked everywhere, falls due, and is answered. */
export async function objectAcrossProvinces({ known: { uscc } }) {
  const { nodes, published } = story;
  const [issuer, hearer] = nodes;
  heading(`异议跨省：企业在${hearer.name.zh}对${issuer.name.zh}的处罚提出异议`, 'An objection crosses provinces');
  const { record } = await findRecord(hearer, uscc, issuer, ({ type }) => type === 'penalty');
  const reason = ['--reason', '企业称罚款金额与决定书不一致', '--requested', '核对后更正'];
  const { jti } = await hearer.mustHuxin('clerk', ['step', record, 'objection', ...reason]);
  published.push({ member: hearer.id, type: 'objection', bulletins: 1 });
  const isMarked = (one) => one.record === record && one.objection === 'marked';
  await everyoneSees(uscc, issuer, isMarked);
  done(`${hearer.name.zh}受理并转送，各省的该条记录均已标注异议`, 'heard there, and marked everywhere');

  await showWorkList(issuer);
  const decision = ['--objection', jti, '--outcome', 'rejected', '--reason', '经核对，金额与更正后的决定书一致'];
  await issuer.mustHuxin('clerk', ['step', record, 'objection-decision', ...decision]);
  published.push({ member: issuer.id, type: 'penalty', bulletins: 1 });
  await everyoneSees(uscc, issuer, (one) => one.record === record && one.objection === 'rejected');
  done(
    `${issuer.name.zh}作出处理决定，各省均已收到，标注解除`,
    'decided by its issuer, and the mark is off everywhere',
  );
}

/** What is due for a bureau, with the clock's source. */
async function showWorkList({ name, mustHuxin }) {
  const { items } = await mustHuxin('clerk', ['worklist']);
  if (!items.some(({ kind }) => kind === 'objection')) complain(['the objection is not on the work list']);
  say(`${name.zh}的待办：`, 'its work list');
  table(
    ['截止 due', '事项 what', '依据 by'],
    items.slice(0, shownItems).map(({ due = '—', what, citation }) => {
      const by = citation ? `${citation.pack ?? citation.agreement} ${citation.article.zh}` : '—';
      return [due, shorten(what.zh, 40), shorten(by, 30)];
    }),
  );
}

/** One person proposes a repair, cannot approve it, another does. */
export async function repairWithFourEyes({ known: { uscc } }) {
  const { nodes, published } = story;
  const repairer = nodes[1];
  heading('信用修复，须第二人复核', 'A repair that a second person approves');
  const isOpen = ({ type, state }) => type === 'dishonesty' && state === 'publicised';
  const { record } = await findRecord(repairer, uscc, repairer, isOpen);
  const conditions = ['corrected', 'duties-performed', 'harm-removed', 'commitment'];
  const how = ['--document', '苏样修〔样〕1号', ...conditions.flatMap((one) => ['--condition', one])];
  const { id } = await repairer.mustHuxin('clerk', ['step', record, 'repair', ...how]);
  const own = await repairer.huxin('clerk', ['proposals', 'approve', id]);
  if (!own.err.includes('proposal/same-person')) complain([`the proposer could approve: ${own.code} ${own.err}`]);
  else done('经办人提出修复；本人复核被拒绝', 'a clerk proposes it, and may not approve it');
  await repairer.mustHuxin('second', ['proposals', 'approve', id]);
  published.push({ member: repairer.id, type: 'dishonesty', bulletins: 1 });
  await everyoneSees(uscc, repairer, (one) => one.record === record && one.state === 'repaired');
  done(`${repairer.name.zh}的另一人复核同意，各省均已看到修复`, 'another person approves, and everyone sees it');
}

/** Content and salt of a record go at all four; its leaves stay. */
export async function eraseOne({ known: { uscc } }) {
  const { nodes } = story;
  const eraser = nodes[2];
  heading('删除一条记录的内容', 'A record is erased');
  const { record, history } = await findRecord(eraser, uscc, eraser, ({ type }) => type === 'dishonesty');
  await eraser.mustHuxin('clerk', ['erase', record, '--ground', 'ordered']);
  await everyoneSees(uscc, eraser, (one) => one.record === record && one.body === undefined);
  const holders = await Promise.all(
    nodes.map((node) => node.get('clerk', `/bulletins/${history[0].jti}?purpose=supervision`)),
  );
  const kept = holders.filter(({ jws }) => jws !== undefined).length;
  if (kept > 0) complain([`${kept} nodes still hold the erased bulletin`]);
  else
    done(
      '四省的正文和盐值均已删除，日志的叶子和证明不变',
      'content and salt are gone at all four; leaves and proofs stay',
    );
}

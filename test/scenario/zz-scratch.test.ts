import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { createApi } from '../support/api.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { openHostile } from '../support/hostile.ts';
import { openNetwork } from '../support/network.ts';
import { importForm } from '../support/uploads.ts';

it('draws', async () => {
  let time = Date.parse('2026-11-22T01:00:00.000Z');
  const network = await openNetwork({ running: ['320000'], now: () => new Date(time) });
  const node = network.node('320000');
  const [sh, zj, ah] = [await openHostile(network, '310000'), await openHostile(network, '330000'), await openHostile(network, '340000')];
  const uscc = sampleUscc(1);
  const audience = ['320000'];
  const subject = { name: '示例创新科技有限公司', kind: 'legal-person' };
  const pull = async () => { time += 3_600_000; for (const id of ['310000', '330000']) await node.node.federation.pull(id); };
  const d = await sh.say({ type: 'dishonesty', uscc, audience, body: sampleBody('dishonesty', { subject }, 'full') });
  const d2 = await sh.say({ type: 'dishonesty', uscc, audience, body: sampleBody('dishonesty', { subject, document: { ...sampleBody('dishonesty').document as object, number: '示知认字〔2025〕第2号', date: '2025-03-03' }, publicity: { until: '2026-03-03' } }) });
  const s = await zj.say({ type: 'serious-list', uscc, audience, body: sampleBody('serious-list', { subject }) });
  const p = await zj.say({ type: 'penalty', uscc, audience, body: sampleBody('penalty', { subject }, 'full') });
  const g1 = await sh.say({ type: 'grade', uscc, audience, body: sampleBody('grade', { subject }) });
  await pull();
  const c = await zj.say({ type: 'correction', uscc, txn: p.txn, audience, body: { replaces: p.jti, reason: '录入有误，罚款金额应为 0.5 万元', penalty: sampleBody('penalty', { subject, fine: '0.5', categories: ['warning'] }, 'full') } });
  const o = await zj.say({ type: 'objection', uscc, txn: d.txn, audience, body: sampleBody('objection', { record: `310000.${d.txn}` }, 'full') });
  await pull();
  await zj.say({ type: 'revocation', uscc, txn: p.txn, audience, body: sampleBody('revocation', {}, 'full') });
  await sh.say({ type: 'grade', uscc, audience, body: sampleBody('grade', { subject, gradedOn: '2026-05-01', grade: 'B' }) });
  await sh.say({ type: 'extension', uscc, txn: d.txn, audience, body: sampleBody('extension', { until: '2028-03-02' }, 'full') });
  await sh.say({ type: 'measure-feedback', uscc, txn: s.txn, audience, body: sampleBody('measure-feedback', { record: `330000.${s.txn}` }, 'full') });
  await pull();
  void ah;
  for (const [role, name] of [['clerk', 'clerk'], ['reader', 'reader']] as const) {
    const token = await node.createToken(role);
    for (const form of ['html', 'json', 'xlsx']) {
      const answer = await fetch(`${node.url}/api/v1/subjects/${uscc}?purpose=supervision&form=${form}`, { headers: { authorization: `Bearer ${token}` } });
      writeFileSync(`/tmp/huxin/report-${name}.${form}`, Buffer.from(await answer.arrayBuffer()));
      if (form === 'html') console.log(answer.status, Object.fromEntries(answer.headers));
    }
  }
  void [d2, g1, c, o, createApi, importForm];
  await network.close();
}, 60_000);

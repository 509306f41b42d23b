import { expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { listKeys } from '../../node/agreement/listed-keys.ts';
import { agreementDigest } from '../../node/agreement/signatures.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { spell } from '../../node/base/spelling.ts';
import { formatAgreementPaper } from '../../node/report/agreement-print.ts';
import { sampleAgreement, signerOf } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const titleOf = (type: string) => ({ zh: `《${type}》`, en: `<${type}>` });

/** The paper as text: without markup and style, blanks made one. */
async function paperOf(change?: (agreement: Agreement) => void, signedBy?: readonly string[]) {
  const agreement = sampleAgreement(change);
  const digest = agreementDigest(canonicalBytes(agreement), hash);
  const keys = await listKeys(agreement, hash);
  const page = String(formatAgreementPaper(agreement, { digest, titleOf, keys, ...(signedBy && { signedBy }) }));
  const text = page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, ' ');
  return { agreement, digest, keys, page, text };
}

/** Every text and number of the agreement but its keys, which stand there as thumbprints. */
function wordsOf(value: unknown, name = ''): string[] {
  if (name === 'keys' || name === 'key' || name === 'vkey') return [];
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return Object.entries(value as object).flatMap(([inner, part]) => wordsOf(part, inner));
}

it('holds all that the agreement says', async () => {
  const { agreement, text } = await paperOf((copy) => {
    copy.version = 2;
    copy.previous = `sha-256:${'A'.repeat(43)}`;
    copy.effective.until = '2031-12-31';
    copy.governance.required = 3;
    copy.witnesses = [{ name: 'w.example/witness', vkey: '', url: 'https://w.example' }];
    copy.auditors = [{ id: 'court', name: { zh: '法院', en: 'Court' }, key: signerOf('agreement', 'court').publicKey }];
    copy.strikes = [{ kind: 'witness-key', member: '310000', ground: 'lost', key: 'struck-key' }];
    Object.assign(copy.members[0] ?? {}, { certificatePins: [`${'B'.repeat(43)}=`] });
    Object.assign(copy.catalogue[0]?.flows[0] ?? {}, { omit: ['facts'] });
  });
  const said = (word: string) => {
    if (/^\d{6}$/.test(word)) return text.includes(`（${word}）`);
    const purpose = agreement.purposes.find(({ id }) => id === word);
    return text.includes(purpose?.zh ?? word.replace(/\s+/g, ' '));
  };
  const unsaid = wordsOf(agreement).filter(
    (word) => !['*', 'excluded', 'witness-key', 'lost', '310000'].includes(word),
  );
  expect(unsaid.filter((word) => !said(word))).toEqual([]);
});

it('shows the digest in groups, and how to say each', async () => {
  const { digest, text, page } = await paperOf();
  const groups = spell(digest.slice('sha-256:'.length));
  expect(text).toContain(groups.map((group) => group.text).join(' '));
  for (const { text: group, spoken } of groups) {
    expect(page).toContain(`<td class="mono">${group}</td><td>${spoken.zh}</td><td lang="en">${spoken.en}</td>`);
  }
  expect(page).toContain(
    `content: "yrd-ip-credit v1  ${groups
      .slice(0, 3)
      .map((group) => group.text)
      .join(' ')} …"`,
  );
});

it('shows the thumbprint of every key likewise', async () => {
  const { keys, text } = await paperOf();
  for (const { thumbprint } of keys) {
    const groups = spell(thumbprint);
    expect(text).toContain(groups.map((group) => group.text).join(' '));
    expect(text).toContain(groups.map(({ spoken }) => spoken.en).join(', '));
  }
});

it('says who has signed, and that a page is a draft', async () => {
  const draft = await paperOf();
  expect(draft.text).toContain('这是尚未签署的文稿');
  const { text, page } = await paperOf(undefined, ['310000', '330000']);
  expect(text).not.toContain('这是尚未签署的文稿');
  expect(text.match(/已签，签名正确/g)).toHaveLength(2);
  expect(text.match(/尚未签署/g)).toHaveLength(2);
  expect(page.match(/class="seal"/g)).toHaveLength(4);
});

it('of an amendment has those sign who leave, all with the keys of the version before', async () => {
  const before = sampleAgreement();
  const after = sampleAgreement(({ members }) => {
    (members[0] as (typeof members)[0]).keys.agreement = signerOf('agreement', 'new').publicKey;
    members.pop();
  });
  const [old, keys] = [await listKeys(before, hash), await listKeys(after, hash)];
  const context = { digest: `sha-256:${'A'.repeat(43)}`, titleOf, keys, signedBy: [] };
  const page = String(formatAgreementPaper(after, { ...context, before: { agreement: before, keys: old } }));
  const [, annex = ''] = page.split('Annex 2');
  expect(annex.match(/class="seal"/g)).toHaveLength(4);
  expect(annex).toContain('安徽省（340000）');
  const first = (of: typeof keys) => spell(of[0]?.thumbprint ?? '')[0]?.text;
  expect(annex).toContain(`${first(old)} `);
  expect(annex).not.toContain(`${first(keys)} `);
});

it('counts its articles without a gap, whatever parts there are', async () => {
  const numbers = (text: string) => [...text.matchAll(/Article (\d+):/g)].map(([, number]) => Number(number));
  expect(numbers((await paperOf()).text)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const without = await paperOf((copy) => Reflect.deleteProperty(copy, 'measures'));
  expect(numbers(without.text)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('escapes what the authors wrote, and needs nothing from elsewhere', async () => {
  const { page } = await paperOf(({ notice }) => (notice.en = '<script>alert(1)</script>'));
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(/);
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgreements } from '../../node/agreement/agreements.ts';
import type { AgreementStore } from '../../node/agreement/ports.ts';
import { draftOf } from '../../node/agreement/signatures.ts';
import { agreementStore } from '../../node/store/agreement.ts';
import { openDatabase } from '../../node/store/open.ts';
import type { Database } from '../../node/store/tables.ts';
import { sampleAgreement, signedAgreement, ports as verifyPorts } from '../support/agreement.ts';
import { engines } from '../support/engines.ts';

const ports = { ...verifyPorts, now: () => new Date('2026-11-29T00:00:00Z') };

describe.each(engines)('the agreements that a node holds, on $name', ({ open }) => {
  let database: { url: string; close(): Promise<void> };
  let db: Database;
  let store: AgreementStore;

  beforeEach(async () => {
    database = await open();
    db = await openDatabase(database.url);
    store = agreementStore(db);
  });

  afterEach(async () => {
    await db.destroy();
    await database.close();
  });

  it('are none at first', async () => {
    const agreements = createAgreements({ store, ...ports });
    expect(await agreements.load()).toEqual([]);
    expect(await agreements.findByDigest(`sha-256:${'A'.repeat(43)}`)).toBeUndefined();
  });

  it('are found again by another process, verified anew', async () => {
    const put = await createAgreements({ store, ...ports }).put(await signedAgreement());
    const later = createAgreements({ store, ...ports });
    expect(await later.findByDigest(put.digest)).toEqual(put);
    expect((await later.load()).map(({ digest }) => digest)).toEqual([put.digest]);
  });

  it('gather signatures, and lose none to a copy that has fewer', async () => {
    const agreements = createAgreements({ store, ...ports });
    const agreement = sampleAgreement();
    const first = await agreements.put(await signedAgreement(agreement, ['310000', '320000']));
    expect(await agreements.load()).toEqual([]);
    await agreements.put(await signedAgreement(agreement, ['330000', '340000']));
    const last = await agreements.put(await signedAgreement(agreement, ['320000']));
    expect(last.missing).toEqual([]);
    expect(await agreements.findByDigest(first.digest)).toEqual(last);
    expect((await agreements.load()).map(({ digest }) => digest)).toEqual([first.digest]);
    expect(await store.listAgreements()).toHaveLength(1);
  });

  it('hold no document that is refused', async () => {
    const agreements = createAgreements({ store, ...ports });
    const spoilt = structuredClone(await signedAgreement());
    spoilt.signatures.pop();
    Object.assign(spoilt.signatures[0] as object, { signature: 'A'.repeat(86) });
    await expect(agreements.put(spoilt)).rejects.toMatchObject({ code: 'agreement/bad-signature' });
    expect(await store.listAgreements()).toEqual([]);
  });

  it('put a later version in force when its predecessor asks for no more signatures, from its first day on', async () => {
    const agreements = createAgreements({ store, ...ports });
    const { digest } = await agreements.put(await signedAgreement());
    const next = sampleAgreement((sample) =>
      Object.assign(sample, { version: 2, previous: digest, effective: { from: '2026-12-01' } }),
    );
    const first = await agreements.put(await signedAgreement(next, ['310000', '320000', '330000']));
    expect(agreements.inForce()).toHaveLength(1);
    expect(agreements.open()).toMatchObject([{ digest: first.digest, missing: ['340000'] }]);
    const second = await agreements.put(await signedAgreement(next, ['340000']));
    expect(agreements.inForce().map((one) => one.digest)).toEqual([digest, second.digest]);
    expect(agreements.current().digest).toBe(digest); // its day is still to come
    const later = createAgreements({ store, ...ports, now: () => new Date('2026-12-01T00:00:00+08:00') });
    await later.refresh();
    expect(later.live).toMatchObject({ digest: second.digest, agreement: { version: 2 } });
  });

  it('hold a draft that nobody has signed, and put nothing in force by it', async () => {
    const agreements = createAgreements({ store, ...ports });
    const { digest } = await agreements.put(await signedAgreement());
    const next = sampleAgreement((sample) => Object.assign(sample, { version: 2, previous: digest }));
    const draft = await agreements.put(draftOf(next));
    expect(draft.signedBy).toEqual([]);
    expect(agreements.open().map((one) => one.digest)).toEqual([draft.digest]);
    expect(agreements.inForce()).toHaveLength(1);
  });

  it('refuse a version whose predecessor nobody knows', async () => {
    const next = sampleAgreement((sample) =>
      Object.assign(sample, { version: 2, previous: `sha-256:${'A'.repeat(43)}` }),
    );
    await expect(createAgreements({ store, ...ports }).put(await signedAgreement(next))).rejects.toMatchObject({
      code: 'agreement/unknown-previous',
    });
  });

  it('do not believe a row that was changed in the store', async () => {
    const { digest, agreement } = await createAgreements({ store, ...ports }).put(await signedAgreement());
    const other = await signedAgreement(sampleAgreement((sample) => (sample.exchange.dailyVolume = 1)));
    await store.putAgreement({ digest, id: agreement.id, version: 1, jws: JSON.stringify(other) });
    const later = createAgreements({ store, ...ports });
    await expect(later.findByDigest(digest)).rejects.toMatchObject({ code: 'agreement/invalid' });
  });

  it('are read and put through the store of a transaction, of which nothing stays after a rollback', async () => {
    const agreements = createAgreements({ store, ...ports });
    const jws = await signedAgreement();
    let digest = '';
    const rolledBack = db.transaction().execute(async (inner) => {
      const within = agreementStore(inner as unknown as Database); // a transaction is a database with less to it
      ({ digest } = await agreements.put(jws, within));
      throw new RangeError('roll back');
    });
    await expect(rolledBack).rejects.toThrow('roll back');
    expect(await agreements.findByDigest(digest)).toBeUndefined();
  });
});

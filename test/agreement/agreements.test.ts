import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgreements } from '../../node/agreement/agreements.ts';
import type { AgreementStore } from '../../node/agreement/ports.ts';
import { decideInForce } from '../../node/agreement/signatures.ts';
import { agreementStore } from '../../node/store/agreement.ts';
import { type Database, openDatabase } from '../../node/store/open.ts';
import { ports, sampleAgreement, signedAgreement } from '../support/agreement.ts';
import { engines } from '../support/engines.ts';

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

  it('keep a later version without putting it in force', async () => {
    const agreements = createAgreements({ store, ...ports });
    const { digest } = await agreements.put(await signedAgreement());
    const next = sampleAgreement((sample) => Object.assign(sample, { version: 2, previous: digest }));
    const held = await agreements.put(await signedAgreement(next));
    expect((await agreements.load()).map((one) => one.digest)).toEqual([digest]);
    expect(decideInForce(held)).toMatchObject({ code: 'agreement/not-in-force', facts: { version: 2 } });
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

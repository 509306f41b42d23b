/** Verified versions of the agreement in a table. */

import type { AgreementRefusalStore, AgreementStore } from '../agreement/ports.ts';
import type { Database } from './tables.ts';

export function agreementStore(db: Database): AgreementStore & AgreementRefusalStore {
  return {
    async findAgreement(digest) {
      return db.selectFrom('agreement').selectAll().where('digest', '=', digest).executeTakeFirst();
    },
    async listAgreements() {
      return db.selectFrom('agreement').selectAll().orderBy('id').orderBy('version').execute();
    },
    async putAgreement(agreement) {
      const { digest, ...rest } = agreement;
      await db
        .insertInto('agreement')
        .values({ digest, ...rest })
        .onConflict((c) => c.column('digest').doUpdateSet(rest))
        .execute();
    },
    async listRefusals(digest) {
      return db.selectFrom('agreement_refusal').selectAll().where('digest', '=', digest).orderBy('member').execute();
    },
    async putRefusal(refusal) {
      const { digest: _, member: __, ...rest } = refusal;
      await db
        .insertInto('agreement_refusal')
        .values(refusal)
        .onConflict((c) => c.columns(['digest', 'member']).doUpdateSet(rest))
        .execute();
    },
  };
}

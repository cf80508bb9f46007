import type { Principal } from '@assay/identity';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import { ExceptionsStore } from './exceptions.store.js';
import { ExclusionFilesStore } from './exclusion-files.store.js';
import { refuseOutOfScope } from './grant-exception.service.js';
import { RecordExceptions } from './record-exceptions.service.js';

/** Ends exceptions, by hand or because their date has come, and judges at once what they covered. */
@Injectable()
export class EndExceptions {
  constructor(
    private readonly transactions: Transactions,
    private readonly exceptions: ExceptionsStore,
    private readonly cases: CasesStore,
    private readonly files: ExclusionFilesStore,
    private readonly record: RecordExceptions,
  ) {}

  /**
   * Withdraws one, or refuses a proposed one. What came from an exclusion file leaves that file as well. Doing it twice is
   * harmless.
   *
   * @throws AssayError `cases.no-such-exception`, `cases.out-of-scope`
   */
  async withdraw(id: Uuid, caller: Principal): Promise<void> {
    const { tenant, actor } = caller;
    await this.transactions.run({ tenant, actor }, async (tx) => {
      await this.cases.lockJudging(tx);
      const known = await this.exceptions.find(tx, id);
      if (known === null) throw notFound('cases.no-such-exception', 'There is no such exception');
      refuseOutOfScope(known.where, caller);
      await this.end(tx, [id], 'withdrawn');
      if (known.origin === 'file') await this.files.remove(tx, known);
    });
  }

  /** Ends lapsed ones of one tenant. */
  async expire(tenant: TenantSlug, ids: readonly Uuid[]): Promise<void> {
    await this.transactions.run({ tenant, lane: 'bulk' }, async (tx) => {
      await this.cases.lockJudging(tx);
      await this.end(tx, ids, 'expired');
    });
  }

  private async end(tx: Transaction, ids: readonly Uuid[], because: 'withdrawn' | 'expired'): Promise<void> {
    await this.record.execute(tx, { granted: [], ended: ids, because, proposed: false });
  }
}

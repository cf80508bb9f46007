import { exceptionEndedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { type TransactionContext, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import { type EndedBecause, ExceptionsStore } from './exceptions.store.js';
import { refuseOutOfScope } from './grant-exception.service.js';
import { RejudgeCases } from './rejudge-cases.service.js';

/** Ends exceptions, by hand or because their date has come, and judges at once what they covered. */
@Injectable()
export class EndExceptions {
  constructor(
    private readonly transactions: Transactions,
    private readonly exceptions: ExceptionsStore,
    private readonly cases: CasesStore,
    private readonly rejudge: RejudgeCases,
  ) {}

  /** Withdraws one. Doing it twice is harmless. @throws AssayError `cases.no-such-exception` */
  async withdraw(id: Uuid, caller: Principal): Promise<void> {
    const { tenant, actor } = caller;
    const known = await this.transactions.run(tenant, (tx) => this.exceptions.find(tx, id));
    if (known === null) throw notFound('cases.no-such-exception', 'There is no such exception');
    refuseOutOfScope(known.where, caller);
    await this.end({ tenant, actor }, [id], 'withdrawn');
  }

  /** Ends lapsed ones of one tenant. */
  async expire(tenant: TenantSlug, ids: readonly Uuid[]): Promise<void> {
    await this.end({ tenant, lane: 'bulk' }, ids, 'expired');
  }

  private async end(context: TransactionContext, ids: readonly Uuid[], because: EndedBecause): Promise<void> {
    await this.transactions.run(context, async (tx) => {
      await this.cases.lockJudging(tx);
      const ended = await this.exceptions.end(tx, ids, because);
      for (const { id } of ended) tx.publish(exceptionEndedV1, { exceptionId: id, because }, { subject: id });
      if (ended.length > 0) await this.rejudge.execute(tx, ended);
    });
  }
}

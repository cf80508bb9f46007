import type { TenantSlug, Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { evolve, nextMoment } from '../cases/case.js';
import { CasesStore } from '../cases/cases.store.js';
import { PublishJudgement } from '../cases/publish-judgement.service.js';
import { RejudgeCases } from '../exceptions/rejudge-cases.service.js';
import { MergesStore } from './merges.store.js';

/**
 * Follows the merge of two alias groups in every tenant: findings, names and exceptions go by the surviving group, what
 * were two findings at one place become one with the earlier first-seen. May be repeated: a second time finds nothing.
 */
@Injectable()
export class MergeVulnerabilities {
  constructor(
    private readonly transactions: Transactions,
    private readonly merges: MergesStore,
    private readonly cases: CasesStore,
    private readonly rejudge: RejudgeCases,
    private readonly publish: PublishJudgement,
  ) {}

  async execute(from: Uuid, into: Uuid): Promise<void> {
    const tenants = await this.transactions.runAcrossTenants((tx) => this.merges.tenantsWith(tx, from));
    for (const tenant of tenants) await this.inTenant(tenant, from, into);
  }

  private async inTenant(tenant: TenantSlug, from: Uuid, into: Uuid): Promise<void> {
    await this.transactions.run({ tenant, lane: 'bulk' }, async (tx) => {
      await this.cases.lockJudging(tx);
      const exceptions = await this.merges.mergeExceptions(tx, from, into);
      await this.merges.mergeNames(tx, from, into);
      const doubled = await this.merges.mergeFindings(tx, from, into);
      await this.recount(tx, doubled);
      await this.rejudge.execute(tx, exceptions);
    });
  }

  /** What was counted twice counts once. Nothing was opened or resolved by that, so only the cases are told of. */
  private async recount(tx: Transaction, caseIds: readonly number[]): Promise<void> {
    if (caseIds.length === 0) return;
    const counts = await this.merges.countsOf(tx, caseIds);
    const changed = (await this.cases.lockAll(tx, caseIds)).map((before) => {
      const judgement = { counts: counts.get(before.id) ?? before.counts, findingsChanged: true };
      return evolve(before, judgement, null, nextMoment(before.judgedAt, tx.now));
    });
    await this.cases.saveJudgements(tx, changed);
    for (const kase of changed) {
      const { newestRun, commitSha, runUrl, counts: after } = kase;
      await this.publish.execute(tx, {
        because: 'advisories',
        case: kase,
        run: { id: newestRun, commitSha, runUrl },
        receiptId: null,
        counts: after,
        opened: [],
        excepted: [],
        resolved: [],
      });
    }
  }
}

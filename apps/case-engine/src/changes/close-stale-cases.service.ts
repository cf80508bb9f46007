import type { Subject } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { CasesStore } from '../cases/cases.store.js';
import { GatePoliciesStore } from '../gate/gate-policies.store.js';
import { matchesBranch, nativePolicy, policyNamesOf, readGatePolicy } from '../gate/gate-policy.js';
import { limits } from '../limits.js';
import { ChangesStore } from './changes.store.js';
import { CloseCases } from './close-cases.service.js';

const dayMs = 86_400_000;

/**
 * Closes cases of changes and branches that nobody has sent a run of for a long time, and those whose change ended while
 * they came to be. Protected branches and images are watched for as long as they exist: nobody sends them anew because
 * nothing changes, and what becomes vulnerable there is news.
 */
@Injectable()
export class CloseStaleCases {
  constructor(
    private readonly transactions: Transactions,
    private readonly changes: ChangesStore,
    private readonly cases: CasesStore,
    private readonly policies: GatePoliciesStore,
    private readonly closeCases: CloseCases,
  ) {}

  /** Gives how many were closed. @param now the moment from which days are counted back */
  async execute(now: Date, signal?: AbortSignal): Promise<number> {
    const tenants = await this.transactions.runAcrossTenants((tx) => this.changes.tenants(tx));
    let closed = 0;
    for (const { tenant, days } of tenants) {
      closed += await this.missed(tenant);
      const after = days ?? limits.staleAfterDays;
      if (after > 0) closed += await this.stale(tenant, new Date(now.getTime() - after * dayMs), signal);
    }
    return closed;
  }

  private async missed(tenant: TenantSlug): Promise<number> {
    return this.transactions.run({ tenant, lane: 'bulk' }, async (tx) => {
      const ended = new Map((await this.changes.missed(tx)).map((each) => [each.id, each]));
      const open = (await this.cases.lockAll(tx, [...ended.keys()])).filter(({ closedAs }) => closedAs === null);
      const closing = open.map((kase) => {
        const { closedAs, at } = ended.get(kase.id)!;
        return { case: kase, as: closedAs, since: at };
      });
      await this.closeCases.execute(tx, closing);
      return open.length;
    });
  }

  /** A batch at a time, so that the judgements of others never wait for long. */
  private async stale(tenant: TenantSlug, until: Date, signal?: AbortSignal): Promise<number> {
    let closed = 0;
    for (let after: number | undefined = 0; after !== undefined;) {
      if (signal?.aborted) break;
      const batch = await this.staleAfter(tenant, until, after);
      closed += batch.closed;
      after = batch.last;
    }
    return closed;
  }

  private async staleAfter(
    tenant: TenantSlug,
    until: Date,
    after: number,
  ): Promise<{ readonly closed: number; readonly last: number | undefined }> {
    return this.transactions.run({ tenant, lane: 'bulk' }, async (tx) => {
      const idle = await this.changes.idle(tx, until, after);
      const forgotten: number[] = [];
      for (const { id, subject } of idle) if (!(await this.isWatched(tx, subject))) forgotten.push(id);
      const open = (await this.cases.lockAll(tx, forgotten)).filter(({ closedAs }) => closedAs === null);
      await this.closeCases.execute(
        tx,
        open.map((kase) => ({ case: kase, as: 'stale' as const, since: tx.now })),
      );
      return { closed: open.length, last: idle.at(-1)?.id };
    });
  }

  /** Branches are few among what is idle, and each may have a policy of its own. */
  private async isWatched(tx: Transaction, subject: Subject): Promise<boolean> {
    if (subject.kind === 'pr') return false;
    if (subject.kind !== 'branch') return true;
    const stored = await this.policies.find(tx, policyNamesOf(subject));
    const { protectedBranches } = stored === null ? nativePolicy : readGatePolicy(stored.policy);
    // A client that knows no branches sends what it releases.
    return subject.branch === '' || protectedBranches.some((pattern) => matchesBranch(pattern, subject.branch));
  }
}

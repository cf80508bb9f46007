import { policyChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';

/** When cases of a tenant are closed by themselves. */
export interface CasePolicy {
  /** Days without a run; 0 is never. */
  readonly staleAfterDays: number;
}

/** Reads and sets a tenant's case policy; the only SQL on it but for what the job reads of all tenants. */
@Injectable()
export class CasePolicies {
  constructor(private readonly transactions: Transactions) {}

  async read({ tenant }: Principal): Promise<CasePolicy> {
    return this.transactions.run(tenant, async (tx) => {
      const [row] = await tx.query<CasePolicy>(
        'select stale_after_days as "staleAfterDays" from case_policies where tenant = $1',
        [tx.tenant],
      );
      return row ?? { staleAfterDays: limits.staleAfterDays };
    });
  }

  async set({ tenant, actor }: Principal, { staleAfterDays }: CasePolicy): Promise<CasePolicy> {
    await this.transactions.run({ tenant, actor }, async (tx) => {
      await tx.query(
        `insert into case_policies (tenant, stale_after_days, changed_by, changed_at) values ($1, $2, $3, $4)
         on conflict (tenant) do update set stale_after_days = excluded.stale_after_days,
           changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
        [tx.tenant, staleAfterDays, tx.actor, tx.now],
      );
      tx.publish(policyChangedV1, { repo: null, policy: { cases: { staleAfterDays } } }, { subject: tenant });
    });
    return { staleAfterDays };
  }
}

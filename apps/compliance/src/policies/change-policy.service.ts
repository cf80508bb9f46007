import { slaPolicyChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ClocksStore } from '../clocks/clocks.store.js';
import { type SlaPolicy, SlaPoliciesStore } from './sla-policies.store.js';
import type { SlaDays } from './sla-policy.js';

/** Sets a tenant's days and with them the date of every clock that runs, in one transaction. */
@Injectable()
export class ChangePolicy {
  constructor(
    private readonly transactions: Transactions,
    private readonly policies: SlaPoliciesStore,
    private readonly clocks: ClocksStore,
  ) {}

  async execute({ tenant, actor }: Principal, days: SlaDays): Promise<SlaPolicy> {
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.clocks.lockPolicy(tx);
      await this.policies.save(tx, days);
      await this.clocks.applyPolicy(tx, days);
      tx.publish(slaPolicyChangedV1, { days: { ...days } }, { subject: tenant });
      return { days, updatedAt: tx.now, updatedBy: actor };
    });
  }
}

import { policyChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type GatePolicy, parseGatePolicy } from './gate-policy.js';
import { GatePoliciesStore } from './gate-policies.store.js';

/** Sets the gate policy of a tenant or of one of its repositories. It holds from the next judgement on. */
@Injectable()
export class SetGatePolicy {
  constructor(
    private readonly transactions: Transactions,
    private readonly policies: GatePoliciesStore,
  ) {}

  /**
   * @param repo `provider/org/repo` or `org/repo`; null is the whole tenant
   * @throws AssayError `cases.wrong-request` for what is no policy
   */
  async execute(caller: Principal, repo: string | null, body: unknown): Promise<GatePolicy> {
    const policy = parseGatePolicy(body);
    const { tenant, actor } = caller;
    await this.transactions.run({ tenant, actor }, async (tx) => {
      await this.policies.save(tx, repo ?? '', policy);
      tx.publish(policyChangedV1, { repo, policy: { ...policy } }, { subject: repo ?? tenant });
    });
    return policy;
  }
}

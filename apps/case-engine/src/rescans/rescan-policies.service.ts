import { policyChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { RescanPoliciesStore } from './rescan-policies.store.js';
import { parseRescanPolicy, type RescanPolicy } from './rescan-policy.js';

/** Reads and sets what a tenant or a repository asks of rescans and retention. */
@Injectable()
export class EditRescanPolicies {
  constructor(
    private readonly transactions: Transactions,
    private readonly policies: RescanPoliciesStore,
  ) {}

  /** The policy that holds: the repository's own, else the tenant's, else the default. */
  async read({ tenant }: Principal, repo: string | null): Promise<RescanPolicy> {
    const all = await this.transactions.run(tenant, (tx) => this.policies.all(tx));
    return all.get(repo ?? '') ?? all.get('')!;
  }

  /**
   * @param repo `provider/org/repo` or `org/repo`; null is the whole tenant
   * @throws AssayError `cases.wrong-request` for what is no policy
   */
  async set({ tenant, actor }: Principal, repo: string | null, body: unknown): Promise<RescanPolicy> {
    const policy = parseRescanPolicy(body);
    await this.transactions.run({ tenant, actor }, async (tx) => {
      await this.policies.save(tx, repo ?? '', policy);
      tx.publish(policyChangedV1, { repo, policy: { rescan: policy } }, { subject: repo ?? tenant });
    });
    return policy;
  }
}

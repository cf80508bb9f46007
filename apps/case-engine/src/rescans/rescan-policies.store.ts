import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { readRescanPolicy, type RescanPolicy } from './rescan-policy.js';

/** The policies of a tenant by the names of repositories (`provider/org/repo`, `org/repo`); the empty name is the tenant's. */
export type RescanPolicies = ReadonlyMap<string, RescanPolicy>;

/** The only SQL on `rescan_policies`. */
@Injectable()
export class RescanPoliciesStore {
  async all(tx: Transaction): Promise<RescanPolicies> {
    const rows = await tx.query<{ repo: string; policy: unknown }>(
      'select repo, policy from rescan_policies where tenant = $1 order by repo',
      [tx.tenant],
    );
    return new Map([
      ['', readRescanPolicy(undefined)],
      ...rows.map(({ repo, policy }): [string, RescanPolicy] => [repo, readRescanPolicy(policy)]),
    ]);
  }

  async save(tx: Transaction, repo: string, policy: RescanPolicy): Promise<void> {
    await tx.query(
      `insert into rescan_policies (tenant, repo, policy, changed_by, changed_at) values ($1, $2, $3, $4, $5)
       on conflict (tenant, repo) do update
         set policy = excluded.policy, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      [tx.tenant, repo, JSON.stringify(policy), tx.actor, tx.now],
    );
  }
}

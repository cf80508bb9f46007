import { platformTenant, type TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { GatePolicy } from './gate-policy.js';

/** A policy and for whom it was made: an empty `repo` is the whole tenant. */
export interface StoredPolicy {
  readonly tenant: TenantSlug;
  readonly repo: string;
  readonly policy: unknown;
}

/** The only SQL on `gate_policies` but for what judging a run reads (`RunsStore.load`). */
@Injectable()
export class GatePoliciesStore {
  /** The first of these names that has a policy; the tenant's own before the platform's. */
  async find(tx: Transaction, names: readonly string[]): Promise<StoredPolicy | null> {
    const [row] = await tx.query<StoredPolicy>(
      `select p.tenant, p.repo, p.policy
         from gate_policies p join unnest($1::text[]) with ordinality as n(name, width) on p.repo = n.name
        where p.tenant = $2 or (p.tenant = $3 and p.repo = '')
        order by (p.tenant = $2) desc, n.width limit 1`,
      [names, tx.tenant, platformTenant],
    );
    return row ?? null;
  }

  async save(tx: Transaction, repo: string, policy: GatePolicy): Promise<void> {
    await tx.query(
      `insert into gate_policies (tenant, repo, policy, changed_by, changed_at) values ($1, $2, $3, $4, $5)
       on conflict (tenant, repo) do update
         set policy = excluded.policy, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      [tx.tenant, repo, JSON.stringify(policy), tx.actor, tx.now],
    );
  }
}

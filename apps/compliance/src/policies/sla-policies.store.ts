import type { Transaction } from '@assay/persistence';
import { defaultDays, type SlaDays } from './sla-policy.js';

/** A tenant's policy; who changed it and when are null while it is the default. */
export interface SlaPolicy {
  readonly days: SlaDays;
  readonly updatedAt: Date | null;
  readonly updatedBy: string | null;
}

interface PolicyRow {
  readonly days: SlaDays;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** The only SQL on SLA policies. */
export class SlaPoliciesStore {
  async inForce(tx: Transaction): Promise<SlaPolicy> {
    const sql = 'select days, updated_at, updated_by from sla_policies where tenant = $1';
    const [row] = await tx.query<PolicyRow>(sql, [tx.tenant]);
    if (row === undefined) return { days: defaultDays, updatedAt: null, updatedBy: null };
    return { days: row.days, updatedAt: row.updated_at, updatedBy: row.updated_by };
  }

  async save(tx: Transaction, days: SlaDays): Promise<void> {
    await tx.query(
      `insert into sla_policies (tenant, days, updated_at, updated_by) values ($1, $2, $3, $4)
       on conflict (tenant) do update set days = excluded.days, updated_at = excluded.updated_at,
         updated_by = excluded.updated_by`,
      [tx.tenant, JSON.stringify(days), tx.now, tx.actor],
    );
  }
}

import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** Which of two clocks that become one decides: the one that runs before the one that pauses before the one that stands. */
const rank = (clock: string): string => `((${clock}.status = 'running')::int * 2 + (${clock}.status = 'paused')::int)`;

/** A field of the clock that decides; where both are in the same state, the earlier of the two. */
const decided = (field: string): string =>
  `case when ${rank('o')} > ${rank('n')} then o.${field} when ${rank('o')} < ${rank('n')} then n.${field}
        else least(n.${field}, o.${field}) end`;

/** The only SQL on merged alias groups. The groups are everybody's, so its changes run as the job role. */
export class MergeGroupsStore {
  /** The groups that these were merged into; those that were not are missing. */
  async intoOf(tx: Transaction, groups: readonly Uuid[]): Promise<Map<Uuid, Uuid>> {
    const rows = await tx.query<{ merged: Uuid; into_group: Uuid }>(
      'select merged, into_group from merged_groups where merged = any($1::uuid[])',
      [groups],
    );
    return new Map(rows.map(({ merged, into_group: into }) => [merged, into]));
  }

  /** Remembers a merge, so that a judgement which still names the old group meets the right clock. */
  async remember(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await tx.query('update merged_groups set into_group = $2 where into_group = $1', [from, into]);
    await tx.query(
      `insert into merged_groups (merged, into_group, merged_at) values ($1, $2, $3)
       on conflict (merged) do update set into_group = excluded.into_group`,
      [from, into, tx.now],
    );
  }

  /**
   * Makes the clocks of `from` those of `into`, in all tenants. Where a subject has both, one stays, with the earlier
   * start. Findings are re-keyed too, since a finding's key ends in its group. To do it again changes nothing.
   */
  async mergeClocks(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await tx.query(
      `with o as (
         delete from clocks gone using clocks stays
          where gone.clock_key = $1 and stays.clock_key = $2 and stays.subject_key = gone.subject_key
            and stays.tenant = gone.tenant
         returning gone.*
       ), joined as (
         update clocks n set started_at = ${decided('started_at')}, due_at = ${decided('due_at')},
                paused_at = ${decided('paused_at')}, paused_ms = ${decided('paused_ms')},
                stopped_at = ${decided('stopped_at')}, breached_at = ${decided('breached_at')},
                status = case when ${rank('o')} > ${rank('n')} then o.status else n.status end,
                findings = replace(o.findings::text, $1, $2)::jsonb || n.findings
           from o where n.clock_key = $2 and n.subject_key = o.subject_key and n.tenant = o.tenant
         returning n.tenant, o.id as gone_id, n.id
       )
       update sla_violations v set clock_id = joined.id from joined
        where v.tenant = joined.tenant and v.clock_id = joined.gone_id`,
      [from, into],
    );
    await tx.query(
      `update clocks set clock_key = $2, findings = replace(findings::text, $1, $2)::jsonb where clock_key = $1`,
      [from, into],
    );
  }
}

import type { Transaction } from '@assay/persistence';

/** Removes what nobody needs any more. All as the job role, each a bounded slice that gives how many rows it took. */
export class ForgetScansStore {
  /** Scans that were accepted before `until`, failed ones too, except the latest of each host and profile; with their results. */
  async scans(tx: Transaction, until: Date, limit: number): Promise<number> {
    return counted(
      tx.query(
        `delete from benchmark_scans where (tenant, id) in (
           select tenant, id from benchmark_scans
            where not is_latest and status <> 'running' and accepted_at < $1
            order by accepted_at limit $2 for update skip locked) returning 1`,
        [until, limit],
      ),
    );
  }

  /** Rules that no kept scan has: none of that time had them, and no latest one has. */
  async rules(tx: Transaction, until: Date, limit: number): Promise<number> {
    return counted(
      tx.query(
        `with orphans as materialized (
           select r.tenant, r.key from benchmark_rules r
            where r.seen_at < $1 and not exists (select 1 from benchmark_rule_totals t
                                                  where t.tenant = r.tenant and t.rule_key = r.key and t.hosts > 0)
            order by r.seen_at limit $2 for update skip locked
         ), totals as (
           delete from benchmark_rule_totals t using orphans o where t.tenant = o.tenant and t.rule_key = o.key
         )
         delete from benchmark_rules r using orphans o where r.tenant = o.tenant and r.key = o.key returning 1`,
        [until, limit],
      ),
    );
  }

  /** Profiles that hosts brought and that have neither scans nor rules: one for each image that was ever looked at. */
  async profiles(tx: Transaction, until: Date, limit: number): Promise<number> {
    return counted(
      tx.query(
        `delete from benchmark_profiles where (tenant, id) in (
           select p.tenant, p.id from benchmark_profiles p
            where not p.preloaded and p.created_at < $1
              and not exists (select 1 from benchmark_scans s where s.tenant = p.tenant and s.profile_id = p.id)
              and not exists (select 1 from benchmark_rules r where r.tenant = p.tenant and r.profile_id = p.id)
            limit $2 for update skip locked) returning 1`,
        [until, limit],
      ),
    );
  }

  /** Waivers that ended before `until`: nothing can still deliver their grant. */
  async waivers(tx: Transaction, until: Date, limit: number): Promise<number> {
    return counted(
      tx.query(
        `delete from benchmark_waivers where (tenant, exception_id) in (
           select tenant, exception_id from benchmark_waivers where ended_at < $1 limit $2) returning 1`,
        [until, limit],
      ),
    );
  }
}

async function counted(deleted: Promise<readonly unknown[]>): Promise<number> {
  return (await deleted).length;
}

import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { RescanPolicies } from './rescan-policies.store.js';

/** A run whose time is over, and the policy that says so. */
export interface ExpiredRun {
  readonly id: Uuid;
  readonly caseId: number;
  readonly org: string;
  readonly repo: string;
}

/** Finds and removes runs that a policy of retention lets go. */
@Injectable()
export class ExpiredRunsStore {
  /** Tenants of whose policies some let runs go, as the job role. */
  async tenants(tx: Transaction): Promise<TenantSlug[]> {
    const rows = await tx.query<{ tenant: TenantSlug }>(
      `select distinct tenant from rescan_policies
        where policy ->> 'keepRuns' is not null or policy ->> 'keepDays' is not null order by tenant`,
    );
    return rows.map(({ tenant }) => tenant);
  }

  /**
   * Some runs that are to go, locked: of each subject those that are not among its newest, by number or by age. Never the one
   * that a case stands by or is compared with, nor one that a rescan is at.
   */
  async take(tx: Transaction, policies: RescanPolicies): Promise<ExpiredRun[]> {
    return tx.query(
      `with policy as (select * from unnest($1::text[], $2::integer[], $3::integer[], $4::integer[])
              as p(name, keep_runs, keep_days, always_keep)),
       ranked as (
         select r.id, r.case_id, r.org, r.repo, r.accepted_at, p.*,
                row_number() over (partition by r.case_id order by r.id desc) as nth
           from cases c
          cross join lateral (
            select p.* from policy p
             where p.name in (c.provider || '/' || c.org || '/' || c.repo, c.org || '/' || c.repo, c.repo, '')
             order by length(p.name) desc limit 1) p
           join runs r on r.case_id = c.id
          where p.keep_runs is not null or p.keep_days is not null
       )
       select r.id, r.case_id as "caseId", r.org, r.repo from runs r
        where r.id = any(array(
          select x.id from ranked x
           where x.nth > x.always_keep
             and (x.nth > x.keep_runs or x.accepted_at < $5::timestamptz - x.keep_days * interval '1 day')
             and not exists (select from cases o where o.newest_run = x.id or o.baseline_run = x.id)
             and not exists (select from run_rescans q where q.run_id = x.id and q.state in ('waiting', 'verified'))
           order by x.id limit $6))
        order by r.id for update skip locked`,
      [
        [...policies.keys()],
        [...policies.values()].map(({ keepRuns }) => keepRuns),
        [...policies.values()].map(({ keepDays }) => keepDays),
        [...policies.values()].map(({ alwaysKeep }) => alwaysKeep),
        tx.now,
        limits.expiredAtOnce,
      ],
    );
  }

  /** Removes runs with all that is kept of each; what was published of them, and their attestations, stays. */
  async remove(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    await tx.query(
      `with documents as (delete from run_documents where run_id = any($1::uuid[])),
            changes as (delete from run_changes where run_id = any($1::uuid[])),
            alerts as (delete from run_alerts where run_id = any($1::uuid[])),
            looked as (delete from rescanned_runs where run_id = any($1::uuid[])),
            news as (delete from run_rescan_findings where run_id = any($1::uuid[])),
            rescanned as (delete from run_rescans where run_id = any($1::uuid[]))
       delete from runs where id = any($1::uuid[])`,
      [ids],
    );
  }
}

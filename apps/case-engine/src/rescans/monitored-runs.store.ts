import type { Subject } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Rescan } from './rescan.js';
import type { RescanPolicies } from './rescan-policies.store.js';

/** A tenant with runs: since when, and when its last scheduled rescan began. */
export interface RescannedTenant {
  readonly tenant: TenantSlug;
  readonly since: Date;
}

/** A run as rescanning it needs it. */
export interface MonitoredRun {
  readonly id: Uuid;
  readonly subject: Subject | null;
  readonly caseId: number | null;
  /** Whether its case stands by it. */
  readonly newest: boolean;
}

/** A document of a run that has to be what it was. */
export interface MonitoredDocument {
  readonly runId: Uuid;
  readonly tool: string;
  readonly receiptId: Uuid;
  readonly digest: string;
  readonly acceptedAt: Date;
}

/** The policy of a case's repository, the most specific one. */
const policyOfCase = `
  cross join lateral (
    select p.* from policy p
     where p.name in (c.provider || '/' || c.org || '/' || c.repo, c.org || '/' || c.repo, c.repo, '')
     order by length(p.name) desc limit 1) p`;

/** Which runs are monitored, and what they consist of. */
@Injectable()
export class MonitoredRunsStore {
  /** Every tenant that has cases, as the job role. */
  async tenants(tx: Transaction): Promise<RescannedTenant[]> {
    return tx.query(
      `select t.tenant, coalesce(
                (select max(started_at) from rescans s where s.tenant = t.tenant and s.trigger = 'schedule'),
                (select min(created_at) from cases c where c.tenant = t.tenant)) as since
         from (select distinct tenant from cases) t order by t.tenant`,
    );
  }

  /**
   * Puts what is monitored on the list of a rescan, and gives how many runs that are: of each case that is not closed the
   * run that it stands by, and of branches and images the newest ones besides, as many as the policy says.
   */
  async enlist(
    tx: Transaction,
    { id: rescanId, scope, trigger }: Pick<Rescan, 'id' | 'scope' | 'trigger'>,
    policies: RescanPolicies,
  ): Promise<number> {
    const { provider, org, repo, runId } = scope;
    if (runId !== null) return this.enlistOne(tx, rescanId, runId);
    const rows = await tx.query<{ listed: number }>(
      `with policy as (select * from unnest($1::text[], $2::integer[]) as p(name, versions)),
       listed as (
         insert into run_rescans (tenant, rescan_id, run_id, state, due_at)
         select $3, $4, x.id, 'waiting', $5
           from cases c ${policyOfCase}
          cross join lateral (
            select c.newest_run as id
            union
            (select r.id from runs r where r.case_id = c.id order by r.id desc
              limit case when c.pr_id is null then p.versions else 0 end)) x
          where c.newest_run is not null and c.closed_as is null and p.versions > 0
            and ($6::text is null or c.provider = $6) and ($7::text is null or c.org = $7)
            and ($8::text is null or c.repo = $8)
          order by x.id
         returning run_id
       ) select count(*)::integer as listed from listed`,
      [
        [...policies.keys()],
        [...policies.values()].map(({ versions, everyHours }) =>
          everyHours === 0 && trigger === 'schedule' ? 0 : versions,
        ),
        tx.tenant,
        rescanId,
        tx.now,
        provider,
        org,
        repo,
      ],
    );
    return rows[0]!.listed;
  }

  private async enlistOne(tx: Transaction, rescanId: Uuid, runId: Uuid): Promise<number> {
    const rows = await tx.query(
      `insert into run_rescans (tenant, rescan_id, run_id, state, due_at)
       select $1, $2, r.id, 'waiting', $3 from runs r where r.id = $4 returning run_id`,
      [tx.tenant, rescanId, tx.now, runId],
    );
    return rows.length;
  }

  async runs(tx: Transaction, ids: readonly Uuid[]): Promise<MonitoredRun[]> {
    return tx.query(
      `select r.id, r.subject, r.case_id as "caseId", coalesce(c.newest_run = r.id and c.closed_as is null, false) as newest
         from runs r left join cases c on c.id = r.case_id where r.id = any($1::uuid[]) order by r.id`,
      [ids],
    );
  }

  /** What was taken into these runs: what a client may leave out and did leave out is not among it. */
  async documents(tx: Transaction, ids: readonly Uuid[]): Promise<MonitoredDocument[]> {
    return tx.query(
      `select run_id as "runId", tool, receipt_id as "receiptId", document_digest as digest, accepted_at as "acceptedAt"
         from run_documents where run_id = any($1::uuid[]) order by run_id, tool, target`,
      [ids],
    );
  }
}

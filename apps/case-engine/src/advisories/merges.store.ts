import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception } from '../exceptions/exception.js';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';
import type { JudgedCounts } from '../findings/judgement.js';

/** SQL that makes two alias groups one. */
@Injectable()
export class MergesStore {
  /** Tenants that know the group, as the job role. */
  async tenantsWith(tx: Transaction, group: Uuid): Promise<TenantSlug[]> {
    const rows = await tx.query<{ tenant: TenantSlug }>(
      `select tenant from findings where grp = $1 and known_until is null
       union select tenant from vulnerability_names where grp = $1
       union select tenant from exceptions where what_group = $1 and ended_at is null
       order by tenant`,
      [group],
    );
    return rows.map((row) => row.tenant);
  }

  /** Exceptions go by the surviving group. Gives those of both groups that are in force: they cover more than before. */
  async mergeExceptions(tx: Transaction, from: Uuid, into: Uuid): Promise<Exception[]> {
    const rows = await tx.query<ExceptionRow>(
      `update exceptions set what_group = $2 where what_group in ($1, $2) and ended_at is null
       returning ${exceptionColumns}`,
      [from, into],
    );
    return rows.map(toException);
  }

  async mergeNames(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await tx.query(
      `with gone as (delete from vulnerability_names where grp = $1 returning tenant, name)
       insert into vulnerability_names (tenant, name, grp) select tenant, name, $2 from gone order by name
       on conflict do nothing`,
      [from, into],
    );
  }

  /**
   * Findings go by the surviving group. Where both groups had one at the same place, that of the surviving group stays,
   * with the earlier first-seen. Gives the cases in which that happened.
   */
  async mergeFindings(tx: Transaction, from: Uuid, into: Uuid): Promise<number[]> {
    const rows = await tx.query<{ case_id: number }>(
      `with pairs as (
         select gone.case_id, gone.key as gone_key, kept.key as kept_key,
                least(gone.first_seen_at, kept.first_seen_at) as first_seen_at
           from findings gone
           join findings kept on kept.case_id = gone.case_id and kept.place = gone.place and kept.grp = $2
                             and kept.known_until is null
          where gone.grp = $1 and gone.known_until is null
       ), kept as (
         update findings f set first_seen_at = p.first_seen_at from pairs p
          where f.case_id = p.case_id and f.key = p.kept_key and f.known_until is null
       ), gone as (
         update findings f set grp = $2, known_until = greatest($3, f.known_from), ended_as = 'merged' from pairs p
          where f.case_id = p.case_id and f.key = p.gone_key and f.known_until is null
       ), renamed as (
         update findings f set grp = $2
          where f.grp = $1 and f.known_until is null
            and not exists (select from pairs p where p.case_id = f.case_id and p.gone_key = f.key)
       )
       select distinct case_id from pairs order by case_id`,
      [from, into, tx.now],
    );
    return rows.map((row) => row.case_id);
  }

  /** Counts of cases from their open findings. */
  async countsOf(tx: Transaction, caseIds: readonly number[]): Promise<Map<number, JudgedCounts>> {
    const rows = await tx.query<JudgedCounts & { case_id: number }>(
      `select case_id,
              count(*) filter (where state = 'open' and severity = 'critical')::integer as critical,
              count(*) filter (where state = 'open' and severity = 'high')::integer as high,
              count(*) filter (where state = 'open' and severity = 'medium')::integer as medium,
              count(*) filter (where state = 'open' and severity = 'low')::integer as low,
              count(*) filter (where state = 'open' and severity = 'unknown')::integer as unknown,
              count(*) filter (where state = 'open' and kev)::integer as kev,
              count(*) filter (where state = 'excluded')::integer as excluded
         from findings where case_id = any($1::integer[]) and known_until is null group by case_id`,
      [caseIds],
    );
    return new Map(rows.map(({ case_id, ...counts }) => [case_id, counts]));
  }
}

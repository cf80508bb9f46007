import type { BenchmarkForm, RuleCounts } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { ResultSlice } from './result-slice.js';

/** A scan that has ended, as it is kept. */
export interface EndedScan {
  readonly id: Uuid;
  readonly hostId: Uuid;
  readonly profileId: Uuid;
  readonly commandId: Uuid | null;
  readonly receiptId: Uuid | null;
  readonly form: BenchmarkForm;
  readonly document: { readonly digest: string; readonly mediaType: string; readonly size: number };
  readonly status: 'completed' | 'failed';
  readonly startedAt: Date;
  readonly completedAt: Date;
  readonly acceptedAt: Date;
  readonly counts: RuleCounts;
  readonly score: number | null;
  readonly xccdfScore: number | null;
  readonly claimed: object | null;
  readonly error: string | null;
  readonly contentDigest: string;
}

/** The only SQL that adds scans that have ended, and their results. */
export class ScansStore {
  /**
   * Waits until nobody else changes what is known of these hosts' benchmarks. Sorted, so that two never wait for each
   * other; whoever needs totals or rules takes this first.
   */
  async lockHosts(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended(name, 0))
         from (select distinct unnest($1::text[]) as name order by 1) names`,
      [hostIds.map((id) => `benchmarks of ${id}`)],
    );
  }

  /** What is there already of the same host, profile (or of any) and start: mostly nothing. */
  async ofStart(
    tx: Transaction,
    hostId: Uuid,
    profileName: string | null,
    startedAt: Date,
  ): Promise<{ readonly id: Uuid; readonly contentDigest: string }[]> {
    return tx.query(
      `select s.id, s.content_digest as "contentDigest"
         from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.tenant = $1 and s.host_id = $2 and s.started_at = $3 and s.status <> 'running'
          and ($4::text is null or p.name = $4)`,
      [tx.tenant, hostId, startedAt, profileName],
    );
  }

  /** Gives one host's scans to another. What both have is the same scan: the other's row stays, under both ids. */
  async moveHost(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await tx.query(
      `with twice as (
         select mine.id, theirs.id as kept, mine.receipt_id from benchmark_scans mine
           join benchmark_scans theirs on theirs.tenant = mine.tenant and theirs.host_id = $3
            and theirs.profile_id = mine.profile_id and theirs.started_at = mine.started_at
            and theirs.content_digest = mine.content_digest and theirs.status <> 'running'
          where mine.tenant = $1 and mine.host_id = $2 and mine.status <> 'running'
       ), renamed as (
         update benchmark_repeats r set scan_id = twice.kept from twice where r.tenant = $1 and r.scan_id = twice.id
       ), noted as (
         insert into benchmark_repeats (tenant, id, scan_id, receipt_id, repeated_at)
         select $1, id, kept, receipt_id, $4 from twice
       )
       delete from benchmark_scans s using twice where s.tenant = $1 and s.id = twice.id`,
      [tx.tenant, from, into, tx.now],
    );
    await tx.query('update benchmark_scans set host_id = $3 where tenant = $1 and host_id = $2', [
      tx.tenant,
      from,
      into,
    ]);
  }

  async effectiveScore(tx: Transaction, id: Uuid): Promise<number | null> {
    const [row] = await tx.query<{ score: number | null }>(
      'select effective_score as score from benchmark_scans where tenant = $1 and id = $2',
      [tx.tenant, id],
    );
    return row?.score ?? null;
  }

  /** Keeps the id that a repeat's reply gave, as another name of the scan. */
  async addRepeat(tx: Transaction, id: Uuid, scanId: Uuid, receiptId: Uuid | null): Promise<void> {
    await tx.query(
      `insert into benchmark_repeats (tenant, id, scan_id, receipt_id, repeated_at) values ($1, $2, $3, $4, $5)
       on conflict (tenant, id) do nothing`,
      [tx.tenant, id, scanId, receiptId, tx.now],
    );
  }

  async addSlice(tx: Transaction, scanId: Uuid, slice: number, results: ResultSlice): Promise<void> {
    const { ruleKeys, statuses, findings, actuals, expecteds, remediations } = results;
    await tx.query(
      `insert into benchmark_result_slices
         (tenant, scan_id, slice, rule_keys, statuses, findings, actuals, expecteds, remediations)
       values ($1, $2, $3, $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])`,
      [tx.tenant, scanId, slice, ruleKeys, statuses, findings, actuals, expecteds, remediations],
    );
  }

  async add(tx: Transaction, scan: EndedScan): Promise<void> {
    const { counts, document } = scan;
    await tx.query(
      `insert into benchmark_scans (tenant, id, host_id, profile_id, command_id, receipt_id, form, document_digest,
         document_media_type, document_size, status, started_at, completed_at, accepted_at, ordered_at, total, passed,
         failed, warnings, skipped, not_applicable, errors, score, effective_score, xccdf_score, claimed, error,
         content_digest)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, least($12::timestamptz, $14::timestamptz),
         $15, $16, $17, $18, $19, $20, $21, $22, $22, $23, $24::jsonb, $25, $26)`,
      [
        tx.tenant,
        scan.id,
        scan.hostId,
        scan.profileId,
        scan.commandId,
        scan.receiptId,
        scan.form,
        document.digest,
        document.mediaType,
        document.size,
        scan.status,
        scan.startedAt,
        scan.completedAt,
        scan.acceptedAt,
        counts.total,
        counts.passed,
        counts.failed,
        counts.warnings,
        counts.skipped,
        counts.notApplicable,
        counts.errors,
        scan.score,
        scan.xccdfScore,
        scan.claimed && JSON.stringify(scan.claimed),
        scan.error,
        scan.contentDigest,
      ],
    );
  }
}

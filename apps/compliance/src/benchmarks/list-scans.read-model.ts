import type { BenchmarkForm, BenchmarkProfileType, RuleCounts } from '@assay/contracts';
import type { Digest, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { type HostVisibility, visibleHosts } from '../hosts/host-visibility.js';

export const scanStatuses = ['running', 'completed', 'failed'] as const;
export type ScanStatus = (typeof scanStatuses)[number];

/** What a list of scans can be asked for. Null asks for nothing. */
export interface ScanFilter {
  /** Any id or name that the host is known by. */
  readonly host: string | null;
  /** A profile's id or name. */
  readonly profile: string | null;
  readonly status: ScanStatus | null;
  readonly since: Date | null;
}

/** A scan as it is shown. */
export interface ScanView {
  readonly id: Uuid;
  readonly hostId: Uuid;
  readonly hostname: string;
  readonly profileId: Uuid;
  readonly profileName: string;
  readonly profileType: BenchmarkProfileType;
  readonly commandId: Uuid | null;
  readonly receiptId: Uuid | null;
  readonly form: BenchmarkForm | null;
  readonly status: ScanStatus;
  readonly startedAt: Date;
  readonly completedAt: Date | null;
  readonly acceptedAt: Date;
  readonly isLatest: boolean;
  readonly counts: RuleCounts;
  readonly waived: number;
  readonly score: number | null;
  readonly effectiveScore: number | null;
  readonly xccdfScore: number | null;
  readonly claimed: object | null;
  readonly error: string | null;
  readonly documentDigest: Digest | null;
}

/** Where a page of scans ended. */
export interface ScanPosition {
  readonly at: string;
  readonly id: Uuid;
}

const columns = `
  s.id, s.host_id as "hostId", h.hostname, s.profile_id as "profileId", p.name as "profileName", p.type as "profileType",
  s.command_id as "commandId", s.receipt_id as "receiptId", s.form, s.status, s.started_at as "startedAt",
  s.completed_at as "completedAt", s.accepted_at as "acceptedAt", s.is_latest as "isLatest",
  jsonb_build_object('total', s.total, 'passed', s.passed, 'failed', s.failed, 'warnings', s.warnings, 'skipped',
    s.skipped, 'notApplicable', s.not_applicable, 'errors', s.errors) as counts,
  cardinality(s.waived) as waived, s.score, s.effective_score as "effectiveScore", s.xccdf_score as "xccdfScore",
  s.claimed, s.error, s.document_digest as "documentDigest"`;

const joined = `
  benchmark_scans s join hosts h on h.id = s.host_id join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id`;

/** What people see of scans. */
export class ListScans {
  /** The newest first, along `benchmark_scans_started_idx`, or the index of the host or profile that is asked for. */
  async list(
    tx: Transaction,
    { scope, names }: HostVisibility,
    { host, profile, status, since }: ScanFilter,
    limit: number,
    after: ScanPosition | null,
  ): Promise<ScanView[]> {
    return tx.query<ScanView>(
      `select ${columns} from ${joined}
        where s.tenant = $1 and ${visibleHosts('$2', '$3')}
          and ($4::text is null or s.host_id = any(array(
            select o.id from hosts o where o.tenant = $1 and (o.id::text = $4 or lower(o.hostname) = lower($4))
            union select i.host_id from host_ids i where i.tenant = $1 and i.id = $4)))
          and ($5::text is null or s.profile_id = any(array(
            select o.id from benchmark_profiles o where o.tenant = $1 and (o.id::text = $5 or o.name = $5))))
          and ($6::text is null or s.status = $6) and ($7::timestamptz is null or s.started_at >= $7)
          and ($8::timestamptz is null or (s.started_at, s.id) < ($8, $9::uuid))
        order by s.started_at desc, s.id desc limit $10`,
      [tx.tenant, scope, names, host, profile, status, since, after?.at ?? null, after?.id ?? null, limit],
    );
  }

  /** The scan of an id, or of the id that the reply to a repeat of it gave; null for one on a host that the caller may not see. */
  async find(tx: Transaction, { scope, names }: HostVisibility, id: Uuid): Promise<ScanView | null> {
    const [scan] = await tx.query<ScanView>(
      `select ${columns} from ${joined}
        where s.tenant = $1 and ${visibleHosts('$2', '$3')}
          and s.id = coalesce((select scan_id from benchmark_repeats where tenant = $1 and id = $4), $4)`,
      [tx.tenant, scope, names, id],
    );
    return scan ?? null;
  }
}

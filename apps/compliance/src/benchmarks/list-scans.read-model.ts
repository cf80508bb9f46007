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

const hostsNamed = `
  select id from hosts where tenant = $1 and (id::text = $2 or lower(hostname) = lower($2))
   union select host_id from host_ids where tenant = $1 and id = $2`;

const profilesNamed = `select id from benchmark_profiles where tenant = $1 and (id::text = $2 or name = $2)`;

async function ids(tx: Transaction, sql: string, name: string): Promise<Uuid[]> {
  const rows = await tx.query<{ id: Uuid }>(sql, [tx.tenant, name]);
  return rows.map(({ id }) => id);
}

/** What a list of scans is narrowed by; null does not. */
export interface ScanListFilter {
  readonly hosts: readonly Uuid[] | null;
  readonly profiles: readonly Uuid[] | null;
  readonly status: ScanStatus | null;
  readonly since: Date | null;
  readonly after: ScanPosition | null;
}

/**
 * The statement of a list: tenant, scope, names and limit are `$1` to `$4`. One text for each combination of filters, so that
 * each gets the plan that is best for it.
 */
export function scanListStatement(filter: ScanListFilter): { readonly sql: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (condition: (place: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length + 4}`));
  };
  const { hosts, profiles, status, since, after } = filter;
  if (hosts !== null) add((place) => `s.host_id = any(${place}::uuid[])`, hosts);
  if (profiles !== null) add((place) => `s.profile_id = any(${place}::uuid[])`, profiles);
  if (status !== null) add((place) => `s.status = ${place}`, status);
  if (since !== null) add((place) => `s.started_at >= ${place}::timestamptz`, since);
  if (after !== null) {
    const at = `$${values.length + 5}::timestamptz`;
    values.push(after.at);
    add((place) => `(s.started_at, s.id) < (${at}, ${place}::uuid)`, after.id);
  }
  const narrowed = conditions.map((condition) => `and ${condition}`).join(' ');
  const sql = `select ${columns} from ${joined} where s.tenant = $1 and ${visibleHosts('$2', '$3')} ${narrowed}
    order by s.started_at desc, s.id desc limit $4`;
  return { sql, values };
}

/** What people see of scans. */
export class ListScans {
  /** The newest first, along the index of what is asked for. */
  async list(
    tx: Transaction,
    visibility: HostVisibility,
    filter: ScanFilter,
    limit: number,
    after: ScanPosition | null,
  ): Promise<ScanView[]> {
    const { host, profile, status, since } = filter;
    const found = {
      hosts: host === null ? null : await ids(tx, hostsNamed, host),
      profiles: profile === null ? null : await ids(tx, profilesNamed, profile),
    };
    const { sql, values } = scanListStatement({ ...found, status, since, after });
    return tx.query<ScanView>(sql, [tx.tenant, visibility.scope, visibility.names, limit, ...values]);
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

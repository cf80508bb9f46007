import type { TenantSlug, Uuid } from '@assay/kernel';
import type { BulkJobState, BulkJobView } from './bulk-job.js';

/** As the driver gives it: 64-bit integers are text. */
export interface BulkJobRow {
  readonly id: Uuid;
  readonly tenant: TenantSlug;
  readonly name: string;
  readonly priority: number;
  readonly input: unknown;
  readonly cursor: unknown;
  readonly slices: number;
  readonly done: string;
  readonly total: string | null;
  readonly state: BulkJobState;
  readonly attempts: number;
  readonly error: string | null;
  readonly created_at: Date;
  readonly last_slice_at: Date | null;
  readonly finished_at: Date | null;
}

export const columns = `id, tenant, name, priority, input, cursor, slices, done, total, state,
  attempts, error, created_at, last_slice_at, finished_at`;

export function toBulkJob(row: BulkJobRow): BulkJobView {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    priority: row.priority,
    input: row.input,
    cursor: row.cursor,
    slices: row.slices,
    done: Number(row.done),
    total: row.total === null ? null : Number(row.total),
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    createdAt: row.created_at,
    lastSliceAt: row.last_slice_at,
    finishedAt: row.finished_at,
  };
}

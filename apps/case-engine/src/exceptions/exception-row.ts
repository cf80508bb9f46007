import type { Uuid } from '@assay/kernel';
import type { Exception, Scope } from './exception.js';

/** An exception as it lies in its table; times inside JSON are text. */
export interface ExceptionRow {
  readonly id: Uuid;
  readonly what_kind: Exception['what']['kind'];
  readonly what_id: string;
  readonly what_group: Uuid | null;
  readonly scope: Scope;
  readonly reason: string;
  readonly expires_at: Date | string | null;
  readonly granted_by: string;
  readonly granted_at: Date | string;
}

export const exceptionColumns = 'id, what_kind, what_id, what_group, scope, reason, expires_at, granted_by, granted_at';

export function toException(row: ExceptionRow): Exception {
  return {
    id: row.id,
    what: { kind: row.what_kind, id: row.what_id, group: row.what_group },
    where: row.scope,
    reason: row.reason,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    grantedBy: row.granted_by,
    grantedAt: new Date(row.granted_at),
  };
}

import type { Uuid } from '@assay/kernel';
import { type Exception, type Scope, scopeKey } from './exception.js';

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
  readonly origin: Exception['origin'];
  readonly public_comment: string | null;
  readonly private_comment: string | null;
  readonly scope_note: string | null;
  readonly owner: string | null;
  readonly approved_by: string | null;
  readonly justification: Exception['justification'];
}

export const exceptionColumns = `id, what_kind, what_id, what_group, scope, reason, expires_at, granted_by, granted_at,
  origin, public_comment, private_comment, scope_note, owner, approved_by, justification`;

export function toException(row: ExceptionRow): Exception {
  return {
    id: row.id,
    what: { kind: row.what_kind, id: row.what_id, group: row.what_group },
    where: row.scope,
    reason: row.reason,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    grantedBy: row.granted_by,
    grantedAt: new Date(row.granted_at),
    origin: row.origin,
    publicComment: row.public_comment,
    privateComment: row.private_comment,
    scopeNote: row.scope_note,
    owner: row.owner,
    approvedBy: row.approved_by,
    justification: row.justification,
  };
}

/** The columns of an exception as it is written, but for tenant and state. */
export function rowOf(exception: Exception): ExceptionRow & { readonly scope_key: string } {
  const { what, where } = exception;
  return {
    id: exception.id,
    what_kind: what.kind,
    what_id: what.id,
    what_group: what.group,
    scope_key: scopeKey(where),
    scope: where,
    reason: exception.reason,
    expires_at: exception.expiresAt,
    granted_by: exception.grantedBy,
    granted_at: exception.grantedAt,
    origin: exception.origin,
    public_comment: exception.publicComment,
    private_comment: exception.privateComment,
    scope_note: exception.scopeNote,
    owner: exception.owner,
    approved_by: exception.approvedBy,
    justification: exception.justification,
  };
}

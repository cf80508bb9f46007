import type { Principal } from '@assay/identity';
import type { FieldError } from '@assay/kernel';
import { wrongRequest } from '../case-engine.errors.js';
import type { ExceptionChange } from './change-exception.service.js';
import { type Exception, lapsed, type Scope } from './exception.js';
import type {
  ChangeExceptionDto,
  ExceptionDto,
  ExceptionScopeDto,
  GrantExceptionDto,
  ListExceptionsDto,
} from './exceptions.dto.js';
import type { ExceptionFilter, ExceptionStatus, ListedException } from './exceptions.store.js';
import type { GrantExceptionCommand } from './grant-exception.service.js';

/** What the scope needs beside its kind. */
const needed: Readonly<Record<Scope['kind'], 'repo' | 'image' | 'purl' | 'host' | 'hostGroup' | null>> = {
  tenant: null,
  repository: 'repo',
  image: 'image',
  component: 'purl',
  host: 'host',
  'host-group': 'hostGroup',
};

/** @throws AssayError `cases.wrong-request` for a scope that lacks its name, and a date that has passed */
export function toCommand(body: GrantExceptionDto, now: Date): GrantExceptionCommand {
  const { what, where, reason } = body;
  const expiresAt = body.expiresAt == null ? null : new Date(body.expiresAt);
  const wrong = [...wrongScope(where), ...wrongTexts({ reason, expiresAt }, now)];
  if (wrong.length > 0) throw wrongRequest(wrong);
  return {
    what: { kind: what.kind, id: what.id },
    where: toScope(where),
    reason,
    expiresAt,
    publicComment: body.publicComment || null,
    privateComment: body.privateComment || null,
    scopeNote: body.scopeNote || null,
    owner: body.owner || null,
    justification: body.justification ?? null,
  };
}

/** @throws AssayError `cases.wrong-request` as `toCommand` */
export function toChange(body: ChangeExceptionDto, now: Date): ExceptionChange {
  const { reason, expiresAt, ...texts } = body;
  const given = {
    ...(reason === undefined ? {} : { reason }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
  const wrong = wrongTexts(given, now);
  if (wrong.length > 0) throw wrongRequest(wrong);
  const rest = Object.entries(texts).filter(([, value]) => value !== undefined);
  return { ...given, ...Object.fromEntries(rest.map(([field, value]) => [field, value || null])) };
}

function wrongTexts(given: { reason?: string; expiresAt?: Date | null }, now: Date): FieldError[] {
  const { reason, expiresAt } = given;
  const wrong: FieldError[] = [];
  if (expiresAt != null && expiresAt <= now) wrong.push({ field: 'expiresAt', message: 'must lie in the future' });
  if (reason !== undefined && reason.trim() === '') wrong.push({ field: 'reason', message: 'must say why' });
  return wrong;
}

function wrongScope(where: ExceptionScopeDto): FieldError[] {
  const wrong: FieldError[] = [];
  const field = needed[where.kind];
  if (field !== null && !where[field]) {
    wrong.push({ field: `/where/${field}`, message: `is needed for a ${where.kind}` });
  }
  if (where.image && /[@:]/.test(where.image.slice(where.image.lastIndexOf('/') + 1))) {
    wrong.push({ field: '/where/image', message: 'has no tag or digest: an exception holds for new versions too' });
  }
  if (where.purl && !where.purl.startsWith('pkg:')) {
    wrong.push({ field: '/where/purl', message: 'must be a package URL' });
  }
  return wrong;
}

/** Only what the kind of scope looks at is kept: a repository named beside `tenant` would promise a limit that is none. */
function toScope({ kind, provider, org, repo, image, purl, host, hostGroup }: ExceptionScopeDto): Scope {
  const named = ['repository', 'image', 'component'].includes(kind) && Boolean(repo);
  return {
    kind,
    provider: (named && provider) || null,
    org: (named && org) || null,
    repo: (named && repo) || null,
    image: ((kind === 'image' || kind === 'component') && image) || null,
    purl: (kind === 'component' && purl) || null,
    ...(kind === 'host' && { host }),
    ...(kind === 'host-group' && { hostGroup }),
  };
}

export function toFilter({ status, repo, id, origin, owner }: ListExceptionsDto): ExceptionFilter {
  return { status, id, origin, owner, ...(repo === undefined ? {} : { repository: repositoryOf(repo) }) };
}

/** `org/repo`, split at its last slash. */
export function repositoryOf(text: string): { readonly org: string; readonly repo: string } {
  const slash = text.lastIndexOf('/');
  return { org: text.slice(0, Math.max(0, slash)), repo: text.slice(slash + 1) };
}

/** True for those who may read private comments. */
export function seesPrivate({ role }: Principal): boolean {
  return role === 'admin' || role === 'analyst';
}

export function toExceptionDto(exception: ListedException, caller: Principal, now: Date): ExceptionDto {
  const { expiresAt, grantedAt, endedAt, privateComment, proposed: _proposed, version: _version, ...rest } = exception;
  return {
    ...rest,
    status: statusOf(exception, now),
    expiresAt: expiresAt?.toISOString() ?? null,
    grantedAt: grantedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    ...(seesPrivate(caller) ? { privateComment } : {}),
  };
}

export function statusOf(
  exception: Exception & Pick<ListedException, 'endedAt' | 'proposed'>,
  now: Date,
): ExceptionStatus {
  if (exception.endedAt !== null || lapsed(exception, now)) return 'ended';
  return exception.proposed ? 'proposed' : 'active';
}

import type { exceptionScope, exceptionTarget, Finding, Subject } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { z } from 'zod';

/** What is accepted: a vulnerability by any of its ids, or a rule. */
export type Target = z.infer<typeof exceptionTarget>;
/** Where it is accepted, from wide to narrow: tenant, repository, image, component. */
export type Scope = z.infer<typeof exceptionScope>;

/** Something found that is accepted on purpose: what, where, why, by whom, until when. */
export interface Exception {
  readonly id: Uuid;
  readonly what: Target;
  readonly where: Scope;
  readonly reason: string;
  /** Exclusive: from this moment on it covers nothing. Null is for ever. */
  readonly expiresAt: Date | null;
  readonly grantedBy: string;
  readonly grantedAt: Date;
}

/** Where findings lie: the subject, and the image that its run was about, if any. */
export interface Place {
  readonly subject: Subject | null;
  readonly imageName: string | null;
}

/** A finding as an exception looks at it. */
export type Covered = Pick<Finding, 'kind' | 'group' | 'vulnerabilityId' | 'aliases' | 'component'>;

/** True from the moment the exception expires. */
export function lapsed(exception: Exception, now: Date): boolean {
  return exception.expiresAt !== null && exception.expiresAt <= now;
}

/** True if the exception covers the finding at `now`. A lapsed exception covers nothing; expiry is exclusive. */
export function covers(exception: Exception, finding: Covered, place: Place, now: Date): boolean {
  return (
    !lapsed(exception, now) && sameTarget(exception.what, finding) && within(exception.where, finding.component, place)
  );
}

function sameTarget(what: Target, finding: Covered): boolean {
  if (what.kind === 'rule') return finding.kind !== 'vulnerability' && finding.vulnerabilityId === what.id;
  if (finding.kind !== 'vulnerability') return false;
  if (what.group !== null && what.group === finding.group) return true;
  return finding.vulnerabilityId === what.id || finding.aliases.includes(what.id);
}

function within(where: Scope, component: Covered['component'], place: Place): boolean {
  switch (where.kind) {
    case 'tenant':
      return true;
    case 'repository':
      return inRepository(where, place.subject);
    case 'image':
      return where.image !== null && imagesOf(place).includes(where.image);
    case 'component':
      return where.purl !== null && isComponent(where.purl, component?.purl ?? null) && narrowed(where, place);
  }
}

function inRepository(where: Scope, subject: Subject | null): boolean {
  if (subject === null || !('repo' in subject)) return false;
  const { provider, org, repo } = where;
  return repo === subject.repo && (org ?? '') === subject.org && (provider === null || provider === subject.provider);
}

function imagesOf({ subject, imageName }: Place): (string | null)[] {
  return [imageName, subject?.kind === 'image' ? subject.imageName : null];
}

/** A purl without a version means every version of it, one without qualifiers any of them. */
function isComponent(purl: string, actual: string | null): boolean {
  if (actual === null || !actual.startsWith(purl)) return false;
  return actual.length === purl.length || ['@', '?', '#'].includes(actual[purl.length]!);
}

/** An exception for a component may be limited to one repository or image besides. */
function narrowed(where: Scope, place: Place): boolean {
  if (where.repo !== null && !inRepository(where, place.subject)) return false;
  return where.image === null || imagesOf(place).includes(where.image);
}

const widths: Readonly<Record<Scope['kind'], number>> = { component: 0, image: 1, repository: 2, tenant: 3 };

/** Narrowest scope first; of equal ones the first granted, so that the reason shown does not jump. */
export function byWidth(one: Exception, other: Exception): number {
  return (
    widths[one.where.kind] - widths[other.where.kind] ||
    one.grantedAt.getTime() - other.grantedAt.getTime() ||
    (one.id < other.id ? -1 : 1)
  );
}

/** The text by which exceptions of a scope are found. All those for components share one: which purls there are, only a document says. */
export function scopeKey(where: Scope): string {
  switch (where.kind) {
    case 'tenant':
    case 'component':
      return where.kind;
    case 'repository':
      return JSON.stringify(['repository', where.provider, where.org ?? '', where.repo]);
    case 'image':
      return JSON.stringify(['image', where.image]);
  }
}

/** Every key under which an exception for this place may lie. */
export function scopeKeysOf(place: Place): string[] {
  const { subject } = place;
  const keys = ['tenant', 'component'];
  if (subject !== null && 'repo' in subject) {
    const { provider, org, repo } = subject;
    keys.push(...[provider, null].map((each) => JSON.stringify(['repository', each, org, repo])));
  }
  for (const image of new Set(imagesOf(place))) if (image !== null) keys.push(JSON.stringify(['image', image]));
  return keys;
}

import type { exceptionDetails, exceptionScope, exceptionTarget, Finding, Origin, Subject } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { z } from 'zod';

/** What is accepted: a vulnerability by any of its ids, a rule, a secret's rule, a semgrep id, or an id of any of them. */
export type Target = z.infer<typeof exceptionTarget>;
/** Where it is accepted, from wide to narrow: tenant, repository, image, component; the narrower may name the wider besides. */
export type Scope = z.infer<typeof exceptionScope>;
/** Where it came from, and what is said of it. */
export type Details = z.infer<typeof exceptionDetails>;

/** Something found that is accepted on purpose: what, where, why, by whom, until when. */
export interface Exception extends Details {
  readonly id: Uuid;
  readonly what: Target;
  readonly where: Scope;
  readonly reason: string;
  /** Exclusive: from this moment on it covers nothing. Null is for ever. */
  readonly expiresAt: Date | null;
  readonly grantedBy: string;
  readonly grantedAt: Date;
  /** For admins and analysts only; it leaves case-engine in no event and no report. */
  readonly privateComment: string | null;
}

/** Where findings lie: the subject, and the image that its run was about, if any. */
export interface Place {
  readonly subject: Subject | null;
  readonly imageName: string | null;
  /** Digest and tag of that image, as far as the run said. */
  readonly imageVersions?: readonly string[];
}

/** The place of what a run found. */
export function placeOfRun(subject: Subject | null, origin: Origin): Place {
  const { imageName, imageDigest, imageTag } = origin;
  return { subject, imageName, imageVersions: [imageDigest, imageTag].filter((each) => each !== null) };
}

/** A finding as an exception looks at it. */
export type Covered = Pick<Finding, 'kind' | 'group' | 'vulnerabilityId' | 'aliases' | 'component'> &
  Partial<Pick<Finding, 'target' | 'location' | 'fingerprint'>>;

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

/** Of what kind a finding may be that a target of this kind means; null is any. */
const findingKindsOf: Readonly<Record<Target['kind'], ((kind: Covered['kind']) => boolean) | null>> = {
  vulnerability: (kind) => kind === 'vulnerability',
  rule: (kind) => kind !== 'vulnerability',
  secret: (kind) => kind === 'secret',
  semgrep: (kind) => kind === 'sast',
  any: null,
};

function sameTarget(what: Target, finding: Covered): boolean {
  const fits = findingKindsOf[what.kind];
  if (fits !== null && !fits(finding.kind)) return false;
  if (what.group !== null && what.group === finding.group) return true;
  return namesOf(finding).includes(what.id);
}

/** Every id that a finding goes by. */
export function namesOf(finding: Covered): string[] {
  const names = [finding.vulnerabilityId, ...finding.aliases];
  return finding.kind === 'sast' ? [...names, ...semgrepNames(finding)] : names;
}

/**
 * What PatchHound's clients call a semgrep result beside its bare `check_id` (`wire/patchhound.md` §3): by its path in
 * summaries, by its fingerprint in the client. Without a login semgrep writes `requires login` where the fingerprint would be.
 */
function semgrepNames({ vulnerabilityId, location, target, fingerprint }: Covered): string[] {
  const marks = fingerprint === undefined ? ['unknown_fingerprint', 'requires login'] : [fingerprint];
  const places = [location?.file, target].filter((place) => place !== undefined && place !== '');
  return [...new Set([...places, ...marks])].map((each) => `semgrep_${vulnerabilityId}_${each}`);
}

/** The rules that a semgrep id of PatchHound may mean: what stands between `semgrep_` and any later underscore. */
export function rulesOfSemgrepId(id: string): string[] {
  const prefix = 'semgrep_';
  if (!id.startsWith(prefix)) return [];
  const rules: string[] = [];
  for (let end = id.indexOf('_', prefix.length); end > 0; end = id.indexOf('_', end + 1)) {
    if (end > prefix.length) rules.push(id.slice(prefix.length, end));
  }
  return rules;
}

function within(where: Scope, component: Covered['component'], place: Place): boolean {
  const { repo, image, purl, imageVersion } = where;
  if (where.kind === 'repository' && repo === null) return false;
  if (where.kind === 'image' && image === null) return false;
  if (where.kind === 'component' && purl === null) return false;
  // Groups of hosts are compliance's: no finding lies in one.
  if (where.kind === 'host-group') return false;
  if (where.kind === 'host' && !(place.subject?.kind === 'host' && place.subject.hostId === where.host)) return false;
  if (repo !== null && !inRepository(where, place.subject)) return false;
  if (image !== null && !imagesOf(place).includes(image)) return false;
  if (imageVersion != null && !(place.imageVersions ?? []).includes(imageVersion)) return false;
  return purl === null || isComponent(purl, component?.purl ?? null);
}

function inRepository(where: Scope, subject: Subject | null): boolean {
  if (subject === null || !('repo' in subject)) return false;
  const { provider, org, repo } = where;
  return repo === subject.repo && (org ?? '') === subject.org && (provider === null || provider === subject.provider);
}

function imagesOf({ subject, imageName }: Place): (string | null)[] {
  return [imageName, subject?.kind === 'image' ? subject.imageName : null];
}

/**
 * A purl without a version means every version of it; of qualifiers those that it names must be there. Encoded or not, the
 * name is the same.
 */
function isComponent(purl: string, actual: string | null): boolean {
  if (actual === null) return false;
  const [wanted, found] = [partsOf(purl), partsOf(actual)];
  if (found.base !== wanted.base && !found.base.startsWith(`${wanted.base}@`)) return false;
  return wanted.qualifiers.every((each) => found.qualifiers.includes(each));
}

function partsOf(purl: string): { readonly base: string; readonly qualifiers: readonly string[] } {
  const [base = '', query = ''] = purl.replace(/#.*$/s, '').split('?', 2);
  return { base: base.includes('%') ? decoded(base) : base, qualifiers: query === '' ? [] : query.split('&') };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const widths: Readonly<Record<Scope['kind'], number>> = {
  component: 0,
  image: 1,
  host: 1,
  repository: 2,
  'host-group': 2,
  tenant: 3,
};

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
    case 'host':
      return JSON.stringify(['host', where.host]);
    case 'host-group':
      return JSON.stringify(['host-group', where.hostGroup]);
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
  if (subject?.kind === 'host') keys.push(JSON.stringify(['host', subject.hostId]));
  for (const image of new Set(imagesOf(place))) if (image !== null) keys.push(JSON.stringify(['image', image]));
  return keys;
}

import type { Subject } from '@assay/contracts';
import { matchesRepository } from '@assay/identity';
import { isAtLeast } from '@assay/kernel';
import type { NotableEvent, NotableFinding } from '../alerts/notable-event.js';
import type { AlertRule, RuleConditions } from './alert-rule.js';

/** Patterns of places; those that are absent hold everywhere. */
export interface PlacePatterns {
  readonly repo?: string | undefined;
  readonly image?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * The findings of an event that a rule is about, or null if it does not match. An event that speaks of no findings
 * matches with none: how bad findings are is asked only where there are some, so that one rule can name both kinds.
 */
export function match(rule: AlertRule, event: NotableEvent): readonly NotableFinding[] | null {
  if (!rule.enabled || !rule.on.includes(event.name)) return null;
  if (!isWithin(rule.where, event.subject)) return null;
  if (rule.where.newOnly === true && !event.isNew) return null;
  if (event.findings === null) return [];
  const bad = event.findings.filter((finding) => isBadEnough(rule.where, finding));
  return bad.length > 0 ? bad : null;
}

/** One of the three measures is enough; where a rule names none, everything is bad enough. */
function isBadEnough({ severityAtLeast, kev, epssMin }: RuleConditions, finding: NotableFinding): boolean {
  if (severityAtLeast === undefined && kev !== true && epssMin === undefined) return true;
  return (
    (severityAtLeast !== undefined && isAtLeast(finding.severity, severityAtLeast)) ||
    (kev === true && finding.kev) ||
    (epssMin !== undefined && finding.epss !== null && finding.epss >= epssMin)
  );
}

/** True if the subject lies where the patterns say. No subject lies nowhere in particular. */
export function isWithin({ repo, image, host }: PlacePatterns, subject: Subject | null): boolean {
  if (repo !== undefined && !repositoryMatches(repo, subject)) return false;
  if (image !== undefined && !(subject?.kind === 'image' && matchesRepository(image, subject.imageName))) return false;
  return host === undefined || (subject?.kind === 'host' && matchesRepository(host, subject.hostId));
}

function repositoryMatches(pattern: string, subject: Subject | null): boolean {
  if (subject === null || !('repo' in subject)) return false;
  const { org, repo } = subject;
  return matchesRepository(pattern, org === '' || !pattern.includes('/') ? repo : `${org}/${repo}`);
}

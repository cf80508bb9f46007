import type { Subject } from '@assay/contracts';
import { matchesRepository } from '@assay/identity';
import { isAtLeast, severities } from '@assay/kernel';
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
  if (!isWithin(rule.where, event.subject, event.hostNames)) return null;
  if (rule.where.newOnly === true && !event.isNew) return null;
  const { scoreDrop } = rule.where;
  if (scoreDrop !== undefined) return (event.lostPoints ?? 0) >= scoreDrop ? [] : null;
  if (event.findings === null) return [];
  const bad = event.findings.filter((finding) => isBadEnough(rule.where, finding));
  return bad.length > 0 ? bad : null;
}

/**
 * True if a judgement took something away and left nothing that the rule asks for, by its numbers: what the rule had told of the
 * subject is over. How likely exploitation is has no number, so rules that ask for that alone never end this way.
 */
export function isOver(rule: AlertRule, { name, subject, counts, resolved }: NotableEvent): boolean {
  const { severityAtLeast, kev, epssMin } = rule.where;
  if (!rule.enabled || name !== 'findings.judged' || !rule.on.includes(name) || resolved === 0) return false;
  if (counts === null || subject === null || !isWithin(rule.where, subject)) return false;
  if (epssMin !== undefined) return false;
  const measured = severityAtLeast !== undefined || kev === true;
  const level = severityAtLeast ?? (measured ? null : 'unknown');
  const bad = level === null ? [] : severities.slice(0, severities.indexOf(level) + 1);
  return bad.every((severity) => (counts[severity] ?? 0) === 0) && (kev !== true || (counts['kev'] ?? 0) === 0);
}

/** True if a rule is about such a finding, wherever it is. */
export function isAskedFor({ where }: AlertRule, finding: NotableFinding): boolean {
  return isBadEnough(where, finding);
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
export function isWithin(
  { repo, image, host }: PlacePatterns,
  subject: Subject | null,
  hostNames: readonly string[] = [],
): boolean {
  if (repo !== undefined && !repositoryMatches(repo, subject)) return false;
  if (image !== undefined && !(subject?.kind === 'image' && matchesRepository(image, subject.imageName))) return false;
  if (host === undefined) return true;
  return subject?.kind === 'host' && [subject.hostId, ...hostNames].some((name) => matchesRepository(host, name));
}

function repositoryMatches(pattern: string, subject: Subject | null): boolean {
  if (subject === null || !('repo' in subject)) return false;
  const { org, repo } = subject;
  return matchesRepository(pattern, org === '' || !pattern.includes('/') ? repo : `${org}/${repo}`);
}

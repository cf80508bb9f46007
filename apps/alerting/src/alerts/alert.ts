import type { Lane, Subject } from '@assay/contracts';
import { severities, type Severity, type Uuid } from '@assay/kernel';
import { limits } from '../limits.js';
import { alertNameOf } from '../messages/alert-name.js';
import { derivedId } from './derived-id.js';
import type { SeverityReport } from '../messages/severity-report.js';
import { repositoryOf } from './repository-of.js';
import type { NotableEvent, NotableFinding } from './notable-event.js';

/** What a message tells beside who is told. Kept with the alert, so that every attempt sends the same. */
export interface AlertContent {
  readonly subject: Subject | null;
  readonly commitSha: string | null;
  readonly runUrl: string | null;
  readonly caseId: number | null;
  readonly runId: Uuid | null;
  readonly counts: Readonly<Record<string, number>> | null;
  /** The worst ones, `limits.alertFindings` at most. */
  readonly findings: readonly NotableFinding[];
  readonly details: Readonly<Record<string, unknown>> | null;
  /** The report of a run, for those who know PatchHound's. */
  readonly report?: SeverityReport;
  /** True where what was told before is over: nothing is left of it. */
  readonly resolves?: true;
  /** What goes on until it is over, under this name. */
  readonly incident?: string;
}

/** A rule matched an event. */
export interface Alert {
  readonly id: Uuid;
  readonly ruleId: Uuid;
  readonly ruleName: string;
  readonly eventId: Uuid;
  readonly eventName: string;
  readonly eventTime: Date;
  readonly title: string;
  /** The worst of the matching findings; null where there are none. */
  readonly severity: Severity | null;
  /** Matching findings in all. */
  readonly matched: number;
  readonly content: AlertContent;
  readonly silencedBy: Uuid | null;
  readonly receiptId: Uuid | null;
  readonly lane: Lane;
  readonly traceparent: string | null;
  readonly raisedAt: Date;
  /** When what it told of was over; absent for what has no end. */
  readonly resolvedAt?: Date | null;
}

/** The alert of a rule and of what an event tells: the same two always make the alert with the same id. */
export function raise(
  rule: { readonly id: Uuid; readonly name: string },
  event: NotableEvent,
  matching: readonly NotableFinding[],
  silencedBy: Uuid | null,
  now: Date,
): Alert {
  const worstFirst = matching.toSorted(byDanger);
  const { subject, commitSha, runUrl, caseId, runId, counts, details } = event;
  const fits = details !== null && Buffer.byteLength(JSON.stringify(details)) <= limits.alertDetailsBytes;
  return {
    id: derivedId('alert', rule.id, event.sameAs),
    ruleId: rule.id,
    ruleName: rule.name,
    eventId: event.id,
    eventName: event.name,
    eventTime: new Date(event.time),
    title: titleOf(event, worstFirst),
    severity: severities.find((severity) => matching.some((finding) => finding.severity === severity)) ?? null,
    matched: matching.length,
    content: {
      subject,
      commitSha,
      runUrl,
      caseId,
      runId,
      counts,
      findings: worstFirst.slice(0, limits.alertFindings),
      details: fits ? details : null,
      ...(event.report !== undefined && { report: event.report }),
    },
    silencedBy,
    receiptId: event.receiptId,
    lane: event.lane,
    traceparent: event.traceparent,
    raisedAt: now,
  };
}

/** The end of what a rule had told of a subject, for channels that keep incidents: nothing of what it asks for is left there. */
export function resolution(
  rule: { readonly id: Uuid; readonly name: string },
  event: NotableEvent,
  silencedBy: Uuid | null,
  now: Date,
): Alert {
  const alert = raise(rule, { ...event, sameAs: `${event.sameAs}|resolved`, details: null }, [], silencedBy, now);
  const where = event.subject === null ? '' : ` in ${nameOf(event.subject)}`;
  const title = `Nothing left of "${rule.name}"${where}`;
  return { ...alert, title, content: { ...alert.content, resolves: true } };
}

/** The end of what a rule had told of a host, for everybody who was told. */
export function recovery(
  rule: { readonly id: Uuid; readonly name: string },
  event: NotableEvent,
  silencedBy: Uuid | null,
  now: Date,
): Alert {
  const alert = raise(rule, { ...event, sameAs: `${event.sameAs}|recovered`, findings: null }, [], silencedBy, now);
  const where = event.subject === null ? '' : ` in ${nameOf(event.subject)}`;
  const words = event.words ?? 'Recovered';
  return { ...alert, title: `${words}: "${rule.name}"${where} is over`, content: { ...alert.content, resolves: true } };
}

/** The delivery of an alert to a channel. Its id is the `webhook-id` of every attempt at it. */
export function deliveryIdOf(alert: Uuid, channel: Uuid): Uuid {
  return derivedId('delivery', alert, channel);
}

/** Exploited before not, then by severity, then by how likely exploitation is. */
function byDanger(one: NotableFinding, other: NotableFinding): number {
  return (
    Number(other.kev) - Number(one.kev) ||
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    (other.epss ?? 0) - (one.epss ?? 0) ||
    (one.vulnerabilityId < other.vulnerabilityId ? -1 : 1)
  );
}

/** One line for a person: `CVE-2021-44906 (critical, exploited) and 3 more in acme/payments, pull request 214`. */
function titleOf(event: NotableEvent, worstFirst: readonly NotableFinding[]): string {
  const where = event.subject === null ? '' : ` in ${nameOf(event.subject)}`;
  const [worst] = worstFirst;
  if (worst === undefined && event.words != null) return `${event.words}${where}`;
  if (worst === undefined || worst.kind === 'verdict' || worst.kind === 'run') return `${wordsOf(event)}${where}`;
  const marks = [worst.severity, ...(worst.kev ? ['exploited'] : [])].join(', ');
  const more = worstFirst.length > 1 ? ` and ${worstFirst.length - 1} more` : '';
  const late = event.name === 'sla.breached' ? ' is overdue' : '';
  const name = isOfHost(worst) ? `${worst.vulnerabilityId}: ${worst.target}` : worst.vulnerabilityId;
  return `${name} (${marks})${more}${late}${where}`;
}

/** Rules of hosts have ids that say little to people. */
function isOfHost({ kind }: NotableFinding): boolean {
  return kind === 'signal' || kind === 'benchmark-rule';
}

function wordsOf({ name, details }: NotableEvent): string {
  const known = alertNameOf(name, details);
  if (known !== null && typeof details?.['reason'] !== 'string') return known;
  const said = details?.['verdict'] ?? details?.['reason'];
  return typeof said === 'string' ? `${name}: ${said}`.slice(0, limits.nameLength) : name;
}

function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'pr':
      return `${repositoryOf(subject)}, pull request ${subject.prId}`;
    case 'branch':
      return `${repositoryOf(subject)}, branch ${subject.branch}`;
    case 'image':
      return `image ${subject.imageName}`;
    case 'host':
      return `host ${subject.hostId}`;
  }
}

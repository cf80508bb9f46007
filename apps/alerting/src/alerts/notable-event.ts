import type {
  accessDeniedV1,
  auditGapV1,
  EventContract,
  EventOf,
  exceptionEndedV1,
  exceptionGrantedV1,
  findingsJudgedV1,
  gateDecidedV1,
  JudgedFinding,
  Lane,
  receiptFailedV1,
  runRecordedV1,
  runRescanFailedV1,
  runRescannedV1,
  slaBreachedV1,
  Subject,
  tamperingDetectedV1,
  verificationFailedV1,
} from '@assay/contracts';
import { severities, type Severity, type SeverityCounts, type Uuid } from '@assay/kernel';
import { repositoryOf } from './repository-of.js';
import { severityReport, type SeverityReport } from '../messages/severity-report.js';
import type { Told } from '../rescans/rescan-threshold.js';
import type { NameableEvent } from '../rules/alert-rule.js';

/** A finding as an alert shows it. Fields that the event did not tell are null. */
export interface NotableFinding {
  readonly vulnerabilityId: string;
  readonly group: Uuid | null;
  readonly kind: string;
  readonly severity: Severity;
  readonly kev: boolean;
  readonly epss: number | null;
  readonly component: string | null;
  readonly fixedVersion: string | null;
  readonly target: string;
}

/** An event that a rule can name, in the words that rules ask and messages tell. */
export interface NotableEvent {
  readonly id: Uuid;
  /** What tells it from others of its kind: what is told twice under the same mark makes one alert. */
  readonly sameAs: string;
  readonly name: NameableEvent;
  readonly time: string;
  readonly lane: Lane;
  readonly receiptId: Uuid | null;
  readonly traceparent: string | null;
  readonly subject: Subject | null;
  /** What it speaks of; null for an event that speaks of no findings. */
  readonly findings: readonly NotableFinding[] | null;
  /** False where findings count again that were there before. */
  readonly isNew: boolean;
  readonly commitSha: string | null;
  readonly runUrl: string | null;
  readonly caseId: number | null;
  readonly runId: Uuid | null;
  readonly counts: Readonly<Record<string, number>> | null;
  /** What the event says, for those that speak of no findings. */
  readonly details: Readonly<Record<string, unknown>> | null;
  /** Findings that are no longer there. */
  readonly resolved: number;
  readonly report?: SeverityReport;
  /** Every id and name of the host that it is about, for rules that name hosts; without it the subject's id alone. */
  readonly hostNames?: readonly string[];
  /** Points of a score that were lost; null or absent for what has no score. */
  readonly lostPoints?: number | null;
  /** What happened in words, where no finding says it. */
  readonly words?: string | null;
}

/**
 * A judgement with its opened findings. What is excepted never alerts, because it is not among the opened; nor does what
 * only had not been seen while the documents of a run came one by one.
 */
export function judgement(event: EventOf<typeof findingsJudgedV1>, opened: readonly JudgedFinding[]): NotableEvent {
  const { subject, because, commitSha, runUrl, caseId, runId, counts } = event.data;
  return {
    ...attributes(event, 'findings.judged'),
    subject,
    findings: opened.filter(({ again }) => again !== true).map(({ key: _key, again: _again, ...finding }) => finding),
    isNew: because !== 'exception',
    commitSha,
    runUrl,
    caseId,
    runId,
    counts,
    resolved: event.data.resolvedCount,
  };
}

/** A clock that ran out speaks of one finding. */
export function breach(event: EventOf<typeof slaBreachedV1>): NotableEvent {
  const { subject, group, vulnerabilityId, severity, startedAt, dueAt, clockId } = event.data;
  const finding = { vulnerabilityId, group, kind: 'vulnerability', severity, kev: false, epss: null };
  return {
    ...attributes(event, 'sla.breached'),
    subject,
    findings: [{ ...finding, component: null, fixedVersion: null, target: '' }],
    details: { clockId, startedAt, dueAt },
  };
}

/** A verdict. How bad it is, is told by the worst severity that it counted. */
export function verdict(event: EventOf<typeof gateDecidedV1>): NotableEvent {
  const { verdict: decided } = event.data;
  return {
    ...attributes(event, 'gate.decided'),
    subject: event.data.subject ?? null,
    findings: [standIn('verdict', decided.verdict, decided.counts)],
    caseId: decided.caseId,
    runId: decided.runId,
    counts: decided.counts,
    details: { verdict: decided.verdict, gate: decided.gate, reasons: decided.reasons },
  };
}

/** A run with what each tool found. One that is recorded again with nothing else in it is the same. */
export function recordedRun(event: EventOf<typeof runRecordedV1>): NotableEvent {
  const {
    runId,
    subject,
    commitSha,
    counts,
    kev = 0,
    excluded = 0,
    byTool = {},
    verdict: decided,
    runUrl,
  } = event.data;
  const repo = (subject && repositoryOf(subject)) ?? (subject && 'imageName' in subject ? subject.imageName : '');
  return {
    ...attributes(event, 'run.recorded'),
    sameAs: JSON.stringify([runId, counts, kev, excluded, byTool]),
    subject,
    findings: [standIn('run', decided ?? 'recorded', { ...counts, kev })],
    commitSha,
    runUrl: runUrl ?? null,
    runId,
    counts: { ...counts, kev, excluded },
    details: decided === undefined ? null : { verdict: decided },
    report: severityReport(repo, byTool),
  };
}

/** One of the two things that a rescan can tell. */
export function rescannedRun(event: EventOf<typeof runRescannedV1>, told: Told): NotableEvent {
  const { runId, caseId, subject, commitSha, rescannedAt } = event.data;
  const { about, findings, count } = told;
  return {
    ...attributes(event, 'run.rescanned'),
    sameAs: `${event.id}|${about}`,
    subject,
    findings: findings.length === 0 ? null : findings.map(({ key: _key, again: _again, ...finding }) => finding),
    commitSha,
    caseId,
    runId,
    details: { about, count, threshold: told.threshold, rescannedAt },
  };
}

/** A run that a rescan could not look at. */
export function failedRescan(event: EventOf<typeof runRescanFailedV1>): NotableEvent {
  const { runId, caseId, subject, commitSha, rescanId, failedAt, status, reason } = event.data;
  const details = { rescanId, failedAt, status, reason };
  return { ...attributes(event, 'run.rescan-failed'), subject, commitSha, caseId, runId, details };
}

/** What stands for numbers where rules ask how bad findings are: the worst severity that was counted. */
function standIn(
  kind: 'verdict' | 'run',
  vulnerabilityId: string,
  counts: SeverityCounts & { readonly kev: number },
): NotableFinding {
  const severity = severities.find((each) => counts[each] > 0) ?? 'unknown';
  const nothing = { group: null, epss: null, component: null, fixedVersion: null, target: '' };
  return { ...nothing, vulnerabilityId, kind, severity, kev: counts.kev > 0 };
}

type PlainContract =
  | typeof verificationFailedV1
  | typeof exceptionGrantedV1
  | typeof exceptionEndedV1
  | typeof accessDeniedV1
  | typeof tamperingDetectedV1
  | typeof auditGapV1
  | typeof receiptFailedV1;

/** An event that speaks of no findings: it is told as it is. */
export function plain(event: EventOf<PlainContract>, name: NameableEvent): NotableEvent {
  return { ...attributes(event, name), details: event.data };
}

/** What every event has. */
export function attributes(event: EventOf<EventContract>, name: NameableEvent): NotableEvent {
  return {
    id: event.id,
    sameAs: event.id,
    name,
    time: event.time,
    lane: event.lane,
    receiptId: event.correlationid,
    traceparent: event.traceparent,
    subject: null,
    findings: null,
    isNew: true,
    commitSha: null,
    runUrl: null,
    caseId: null,
    runId: null,
    counts: null,
    details: null,
    resolved: 0,
  };
}

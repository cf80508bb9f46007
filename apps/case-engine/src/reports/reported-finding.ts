import { findingKinds } from '@assay/contracts';
import { severities, type Uuid } from '@assay/kernel';
import type { Exception } from '../exceptions/exception.js';
import type { Judged } from '../findings/judgement.js';
import type { ReportedException, ReportedFinding } from './run-report.js';

/** A judged finding as reports show it; `exceptions` are those it was judged with. */
export function toReportedFinding(
  { finding, state, exceptionId }: Judged,
  exceptions: ReadonlyMap<Uuid, Exception>,
  privateComments: boolean,
): ReportedFinding {
  const exception = exceptionId === null ? undefined : exceptions.get(exceptionId);
  return {
    key: finding.key,
    kind: finding.kind,
    id: finding.vulnerabilityId,
    group: finding.group,
    aliases: finding.aliases,
    severity: finding.severity,
    score: finding.score,
    vector: finding.vector,
    title: finding.title,
    description: finding.description ?? null,
    remediation: finding.remediation ?? null,
    references: finding.references ?? [],
    component: finding.component,
    target: finding.target,
    location: finding.location ?? null,
    fingerprint: finding.fingerprint ?? null,
    engines: finding.engines,
    kev: finding.kev,
    epss: finding.epss,
    state,
    exception: exception === undefined ? null : toReportedException(exception, privateComments),
  };
}

function toReportedException(exception: Exception, privateComments: boolean): ReportedException {
  const { id, where, expiresAt, reason, origin, publicComment, scopeNote, owner, approvedBy, justification } =
    exception;
  return {
    id,
    origin,
    scope: where,
    scopeNote,
    reason,
    publicComment,
    privateComment: privateComments ? exception.privateComment : null,
    owner,
    approvedBy,
    justification,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

/** The order of a report's findings, the same whatever the order of its documents: kind, severity, id, place. */
export function inReportOrder(one: ReportedFinding, other: ReportedFinding): number {
  return (
    findingKinds.indexOf(one.kind) - findingKinds.indexOf(other.kind) ||
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    byText(one.id, other.id) ||
    byText(one.key, other.key)
  );
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

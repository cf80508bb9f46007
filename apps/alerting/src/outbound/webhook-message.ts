import type { TenantSlug, Uuid } from '@assay/kernel';
import type { AlertContent } from '../alerts/alert.js';
import { repositoryOf } from '../alerts/repository-of.js';

/** What a message tells of its alert. */
export interface MessageSource {
  readonly alertId: Uuid;
  readonly ruleId: Uuid;
  readonly ruleName: string;
  readonly eventName: string;
  readonly eventTime: Date;
  readonly title: string;
  readonly severity: string | null;
  readonly matched: number;
  readonly content: AlertContent;
  readonly receiptId: Uuid | null;
  readonly raisedAt: Date;
}

/**
 * The body of a webhook, as JSON text: `type` is the short name of the event, `timestamp` its time. The same alert gives
 * the same text at every attempt, so that a receiver can compare what it got twice.
 * @param publicUrl what links begin with; without one they are paths of the gateway
 */
export function webhookBody(tenant: TenantSlug, source: MessageSource, publicUrl: string): string {
  const { content, receiptId } = source;
  const { subject, findings, caseId, runId, ...rest } = content;
  const link = (path: string): string => `${publicUrl.replace(/\/$/, '')}/api/v1/${path}`;
  return JSON.stringify({
    type: source.eventName,
    timestamp: source.eventTime.toISOString(),
    data: {
      tenant,
      alert: {
        id: source.alertId,
        title: source.title,
        severity: source.severity,
        matched: source.matched,
        raisedAt: source.raisedAt.toISOString(),
        receiptId,
      },
      rule: { id: source.ruleId, name: source.ruleName },
      subject,
      repo: subject === null ? null : repositoryOf(subject),
      ...rest,
      caseId,
      runId,
      findings,
      findingsOmitted: Math.max(0, source.matched - findings.length),
      links: {
        alert: link(`alerting/alerts/${source.alertId}`),
        ...(caseId !== null && { case: link(`cases/${caseId}`) }),
        ...(runId !== null && { run: link(`runs/${runId}`) }),
        ...(receiptId !== null && { receipt: link(`receipts/${receiptId}`) }),
      },
    },
  });
}

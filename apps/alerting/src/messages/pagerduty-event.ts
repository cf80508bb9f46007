import { subjectKey } from '@assay/contracts';
import type { Severity, TenantSlug } from '@assay/kernel';
import { derivedId } from '../alerts/derived-id.js';
import type { MessageSource } from '../outbound/webhook-message.js';
import { factsOf, linesOf, linkOf } from './message-facts.js';
import { cut } from './plain-text.js';

/** PagerDuty, "Events API v2": characters of a summary. */
export const mostSummary = 1_024;

/** PagerDuty's four words for ours. */
const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  unknown: 'info',
};

/**
 * An event for `POST /v2/enqueue`. The incident is that of a rule and a subject: more of the same adds to it, and it is resolved
 * when nothing of what the rule asks for is left there. What has no subject is an incident of its own.
 */
export function pagerDutyEvent(tenant: TenantSlug, source: MessageSource, key: string, publicUrl: string): object {
  const { content } = source;
  const about = content.incident ?? (content.subject === null ? source.alertId : subjectKey(content.subject));
  const dedup_key = `assay:${derivedId('incident', tenant, source.ruleId, source.eventName, about)}`;
  const link = linkOf(source, publicUrl);
  if (content.resolves === true) return { routing_key: key, event_action: 'resolve', dedup_key };
  const facts = factsOf(source).map(({ title, value }) => [title, value]);
  return {
    routing_key: key,
    event_action: 'trigger',
    dedup_key,
    client: 'Assay',
    ...(link === null ? {} : { client_url: link, links: [{ href: link, text: 'Open' }] }),
    payload: {
      summary: cut(source.title, mostSummary),
      source: facts.find(([title]) => title === 'Where')?.[1] ?? tenant,
      severity: severityWords[(source.severity ?? 'unknown') as Severity],
      timestamp: source.eventTime.toISOString(),
      class: source.eventName,
      custom_details: { ...Object.fromEntries(facts), Lines: linesOf(source) },
    },
  };
}

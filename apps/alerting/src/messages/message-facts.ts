import { repositoryOf } from '../alerts/repository-of.js';
import type { NotableFinding } from '../alerts/notable-event.js';
import { limits } from '../limits.js';
import type { MessageSource } from '../outbound/webhook-message.js';

/** Something short under a heading. */
export interface Fact {
  readonly title: string;
  readonly value: string;
}

/** The few facts that every kind of message shows beside its title, in order of what people look for. */
export function factsOf({ content, severity, matched, ruleName }: MessageSource): Fact[] {
  const { subject, commitSha, caseId, counts } = content;
  const repo = subject === null ? null : repositoryOf(subject);
  const where = subject !== null && 'imageName' in subject ? subject.imageName : repo;
  return [
    where !== null && { title: 'Where', value: where },
    severity !== null && { title: 'Severity', value: severity },
    matched > 1 && { title: 'Findings', value: String(matched) },
    counts !== null && { title: 'All open', value: countsText(counts) },
    commitSha !== null && { title: 'Commit', value: commitSha },
    caseId !== null && { title: 'Case', value: String(caseId) },
    { title: 'Rule', value: ruleName },
  ].filter((fact) => fact !== false);
}

/** A line for each finding, the worst first, and one for those that are left out; or what the event says, for one without findings. */
export function linesOf({ content, matched }: MessageSource): string[] {
  const shown = content.findings
    .filter(({ kind }) => kind !== 'verdict' && kind !== 'run')
    .slice(0, limits.messageFindings);
  if (shown.length === 0) return detailLines(content.details ?? {});
  const left = matched - shown.length;
  return [...shown.map(findingLine), ...(left > 0 ? [`and ${left} more`] : [])];
}

/** `CVE-2021-44906 (critical, exploited) in pkg:npm/minimist@1.2.5, fixed in 1.2.6`. */
function findingLine({ vulnerabilityId, severity, kev, component, target, fixedVersion }: NotableFinding): string {
  const marks = [severity, ...(kev ? ['exploited'] : [])].join(', ');
  const place = component ?? target;
  const fix = fixedVersion === null ? '' : `, fixed in ${fixedVersion}`;
  return `${vulnerabilityId} (${marks})${place === '' ? '' : ` in ${place}`}${fix}`;
}

function detailLines(details: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(details)
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter(([, text]) => text !== '')
    .slice(0, limits.messageFindings)
    .map(([name, text]) => `${name}: ${text}`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value)
    ? value
        .map(textOf)
        .filter((text) => text !== '')
        .join('; ')
    : '';
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? 'nothing' : some.map(([name, count]) => `${count} ${name}`).join(', ');
}

/** The page of the platform to look at: the run, else the case, else the alert. Null where no public address is set. */
export function linkOf({ content, alertId }: MessageSource, publicUrl: string): string | null {
  if (publicUrl === '') return null;
  const path =
    content.runId !== null
      ? `runs/${content.runId}`
      : content.caseId !== null
        ? `cases/${content.caseId}`
        : `alerting/alerts/${alertId}`;
  return `${publicUrl.replace(/\/$/, '')}/api/v1/${path}`;
}

/** What PatchHound's event alerts say under their name. */
export function sentenceOf(source: MessageSource): string {
  const { subject } = source.content;
  const repo = subject === null ? null : repositoryOf(subject);
  return `${repo === null ? '' : `${repo}: `}${linesOf(source).join('; ') || source.title}`;
}

import { severities } from '@assay/kernel';
import type { MessageSource } from '../outbound/webhook-message.js';
import { alertNameOf } from './alert-name.js';
import { factsOf, linesOf, linkOf, sentenceOf } from './message-facts.js';
import { cut, slackText } from './plain-text.js';
import type { SeverityReport } from './severity-report.js';

/** Slack, "Reference: blocks" and "Incoming webhooks": characters and elements that a message may have. */
export const slackLimits = { text: 4_000, header: 150, section: 3_000, fields: 10, field: 2_000, url: 3_000 } as const;

const red = '#FF0000';

/** The body for an incoming webhook of Slack. What PatchHound knows has its shape, the rest blocks of ours. */
export function slackBody(source: MessageSource, publicUrl: string): object {
  const { report, details, resolves } = source.content;
  if (report !== undefined) return reportBody(report);
  const name = resolves === true ? null : alertNameOf(source.eventName, details);
  if (name !== null) {
    const text = cut(slackText(sentenceOf(source)), slackLimits.section);
    return { text: `:rotating_light: ${name}`, attachments: [{ color: red, text }] };
  }
  return blocksBody(source, linkOf(source, publicUrl));
}

/** `wire/patchhound.md` §9.1. `Unkown` is how it is spelt there. */
function reportBody({ repo, sbom, trivy, issues }: SeverityReport): object {
  const counts = (of: Readonly<Record<string, number>>, unknown: string): object[] =>
    severities.map((severity) => field(severity === 'unknown' ? unknown : capital(severity), of[severity] ?? 0));
  const wide = (title: string, value: string): object => ({ title, value, short: false });
  const shownRepo = cut(slackText(repo), slackLimits.field);
  return {
    text: ':rotating_light: *Vulnerability Severity Report*',
    attachments: [
      { color: red, fields: [wide('Repo', shownRepo), ...counts(sbom, 'Unknown')] },
      {
        color: red,
        fields: [
          wide('Trivy Scan', ''),
          ...counts(trivy, 'Unkown'),
          field('Misconfiguration', trivy.misconfigurations),
          field('Exposed Secret', trivy.secrets),
        ],
      },
      { color: red, fields: [wide('Semgrep Scan', ''), field('Issues', issues)] },
    ],
  };
}

function field(title: string, value: number): object {
  return { title, value: String(value), short: true };
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

function blocksBody(source: MessageSource, link: string | null): object {
  const lines = linesOf(source).map(slackText).join('\n');
  const facts = factsOf(source).slice(0, slackLimits.fields);
  const title = slackText(source.title);
  const fields = facts.map(({ title: heading, value }) => ({
    type: 'mrkdwn',
    text: cut(`*${heading}*\n${slackText(value)}`, slackLimits.field),
  }));
  const button = { type: 'button', text: { type: 'plain_text', text: 'Open' }, url: link };
  return {
    text: cut(title, slackLimits.text),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(title, slackLimits.header), emoji: false } },
      ...(lines === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: cut(lines, slackLimits.section) } }]),
      { type: 'section', fields },
      ...(link === null || link.length > slackLimits.url ? [] : [{ type: 'actions', elements: [button] }]),
    ],
  };
}

import { severities, type Severity } from '@assay/kernel';
import type { MessageSource } from '../outbound/webhook-message.js';
import { alertNameOf } from './alert-name.js';
import { factsOf, linesOf, linkOf, sentenceOf } from './message-facts.js';
import { cut, discordText } from './plain-text.js';
import type { SeverityReport } from './severity-report.js';

/** Discord, "Webhook Resource" and "Embed Limits". `all` is over every text of a message together. */
export const discordLimits = { title: 256, description: 4_096, fields: 25, value: 1_024, all: 6_000 } as const;

/** Beside title and fields, so that all texts of a message stay together below `discordLimits.all`. */
const descriptionBeside = 3_000;
const valueBeside = 200;

const red = 16_711_680;
const colours: Readonly<Record<Severity, number>> = {
  critical: red,
  high: 0xff8c00,
  medium: 0xffd700,
  low: 0x1e90ff,
  unknown: 0x808080,
};

/** The body for a webhook of Discord. What PatchHound knows has its shape, the rest an embed of ours. */
export function discordBody(source: MessageSource, publicUrl: string): object {
  const { report, details, resolves } = source.content;
  if (report !== undefined) return embed('🚨 Vulnerability Severity Report', reportText(report));
  const name = resolves === true ? null : alertNameOf(source.eventName, details);
  if (name !== null) return embed(`🚨 ${name}`, cut(discordText(sentenceOf(source)), discordLimits.description));
  return ownBody(source, linkOf(source, publicUrl));
}

function embed(title: string, description: string): object {
  return { embeds: [{ title, description, color: red }] };
}

/** `wire/patchhound.md` §9.1: repository, five counts, five counts and two, one. */
function reportText({ repo, sbom, trivy, issues }: SeverityReport): string {
  const counts = (of: Readonly<Record<Severity, number>>): string[] =>
    severities.map((severity) => `${severity.slice(0, 1).toUpperCase()}${severity.slice(1)}: ${of[severity]}`);
  return [
    `**Repo:** ${cut(discordText(repo), discordLimits.value)}`,
    '',
    '**Grype Scan**',
    ...counts(sbom),
    '',
    '**Trivy Scan**',
    ...counts(trivy),
    `Misconfiguration: ${trivy.misconfigurations}`,
    `Exposed Secret: ${trivy.secrets}`,
    '',
    '**Semgrep Scan**',
    `Issues: ${issues}`,
  ].join('\n');
}

function ownBody(source: MessageSource, link: string | null): object {
  const severity = severities.find((each) => each === source.severity) ?? 'unknown';
  const fields = factsOf(source).map(({ title, value }) => ({
    name: title,
    value: cut(discordText(value), valueBeside) || '–',
    inline: true,
  }));
  const lines = linesOf(source).map(discordText).join('\n');
  return {
    embeds: [
      {
        title: cut(discordText(source.title), discordLimits.title),
        ...(lines === '' ? {} : { description: cut(lines, descriptionBeside) }),
        ...(link === null ? {} : { url: link }),
        color: colours[severity],
        fields: fields.slice(0, discordLimits.fields),
        timestamp: source.eventTime.toISOString(),
      },
    ],
    allowed_mentions: { parse: [] },
  };
}

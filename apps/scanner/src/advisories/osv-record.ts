import type { Severity } from '@assay/kernel';
import {
  maxAdvisoryDescriptionLength,
  maxAliasesPerAdvisory,
  maxReferenceLength,
  maxReferences,
  maxTitleLength,
} from '../limits.js';
import { packageKeyOf } from '../matching/package-key.js';
import { storableText } from '../text/storable-text.js';
import type { Advisory, AffectedPackage, RangeEvent, VersionRange } from './advisory.js';
import { worstRating } from './cvss.js';
import { osvAffected, osvRecord, type OsvAffected, type OsvRecord } from './osv-schema.js';
import { severityOfWord } from './severity-words.js';

/** What became of one record of a feed. `problems` are parts that had to be left out of a record that is otherwise good. */
export type OsvReading =
  | { readonly outcome: 'advisory'; readonly advisory: Advisory; readonly problems: readonly string[] }
  | { readonly outcome: 'not-a-vulnerability'; readonly id: string }
  | { readonly outcome: 'refused'; readonly id: string | null; readonly reason: string };

/** AlmaLinux publishes bug fixes and enhancements in the same feed as security advisories. */
const notAboutSecurity = /^AL[BE]A-/;

/** Reads one OSV record, leniently: whatever can be used is used, whatever can't is named. Never throws. */
export function readOsvRecord(record: unknown): OsvReading {
  const parsed = osvRecord.safeParse(record);
  if (!parsed.success) {
    const reason = parsed.error.issues
      .map((issue) => `${issue.path.join('.') || 'record'}: ${issue.message}`)
      .join('; ');
    return { outcome: 'refused', id: idOf(record), reason };
  }
  if (notAboutSecurity.test(parsed.data.id)) return { outcome: 'not-a-vulnerability', id: parsed.data.id };
  return toAdvisory(parsed.data);
}

function toAdvisory(record: OsvRecord): OsvReading {
  const problems: string[] = [];
  const entries = record.affected.flatMap((item, index) => {
    const parsed = osvAffected.safeParse(item);
    if (!parsed.success) problems.push(`affected[${index}] is not an object`);
    return parsed.success ? [parsed.data] : [];
  });
  const id = storableText(record.id, maxTitleLength);
  const advisory: Advisory = {
    id,
    aliases: idsOf(record.aliases, id),
    related: idsOf([...record.related, ...record.upstream], id),
    summary: storableText(summaryOf(record), maxTitleLength),
    description: storableText(record.details.trim(), maxAdvisoryDescriptionLength),
    references: pagesOf(record),
    published: instantOf(record.published),
    modified: instantOf(record.modified),
    // A withdrawal with a date we cannot read is a withdrawal all the same.
    withdrawn: record.withdrawn === '' ? null : (instantOf(record.withdrawn) ?? '1970-01-01T00:00:00.000Z'),
    ...ratingOf(record, entries),
    affected: entries.flatMap((entry, index) => toAffected(entry, index, problems)),
  };
  return { outcome: 'advisory', advisory, problems };
}

function toAffected(entry: OsvAffected, index: number, problems: string[]): AffectedPackage[] {
  if (entry.package === null || entry.package === undefined) {
    // Records about repositories have commit ranges and no package; they can't mean any component.
    if (!entry.ranges.some((range) => range.type === 'GIT')) problems.push(`affected[${index}] names no package`);
    return [];
  }
  const ecosystem = storableText(entry.package.ecosystem, maxTitleLength);
  const name = storableText(entry.package.name, maxTitleLength);
  const ranges = entry.ranges.flatMap((range): VersionRange[] => {
    if (range.type === 'GIT') return [];
    if (range.type !== 'ECOSYSTEM' && range.type !== 'SEMVER') {
      problems.push(`affected[${index}] has a range of unknown type ${JSON.stringify(range.type)}`);
      return [];
    }
    return [{ type: range.type, events: range.events.flatMap(eventsOf) }];
  });
  const versions = entry.versions.map((version) => storableText(version, maxTitleLength));
  return [{ ecosystem, name, packageKey: packageKeyOf(ecosystem, name), ranges, versions }];
}

const eventTypes = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

/** Records before schema 1.0 put both ends into one object. */
function eventsOf(event: Readonly<Record<string, unknown>>): RangeEvent[] {
  return eventTypes.flatMap((type) => {
    const version = Object.hasOwn(event, type) ? event[type] : undefined;
    return typeof version === 'string' && version !== ''
      ? [{ type, version: storableText(version, maxTitleLength) }]
      : [];
  });
}

interface Rating {
  readonly severity: Severity;
  readonly score: number | null;
  readonly vector: string | null;
}

/**
 * How bad it is: by the CVSS vectors of the record, else of its packages, else by the database's own word, else by the word
 * before the colon of the summary (`Important: kernel security update`). Malicious packages are critical without a score.
 */
function ratingOf(record: OsvRecord, entries: readonly OsvAffected[]): Rating {
  const rating =
    worstRating(record.severity.map(({ score }) => score)) ??
    worstRating(entries.flatMap((entry) => entry.severity.map(({ score }) => score)));
  if (rating !== null) return rating;
  const words = [
    record.database_specific['severity'],
    ...entries.flatMap((entry) => [entry.database_specific['severity'], entry.ecosystem_specific['severity']]),
    record.id.startsWith('MAL-') ? 'critical' : null,
    /^(\w+): /.exec(record.summary)?.[1],
  ];
  const severity = words.map(severityOfWord).find((word) => word !== 'unknown') ?? 'unknown';
  return { severity, score: null, vector: null };
}

/** The first line of the details stands in for a missing summary. */
function summaryOf(record: OsvRecord): string {
  if (record.summary.trim() !== '') return record.summary.trim();
  return record.details.trim().split('\n', 1)[0]!.trim();
}

/** What a page is for, the most useful first (OSV schema §references). A link to the package itself says nothing of the flaw. */
const pageTypes = ['ADVISORY', 'WEB', 'ARTICLE', 'REPORT', 'DETECTION', 'FIX', 'EVIDENCE', 'INTRODUCED', 'GIT'];

function pagesOf({ references }: OsvRecord): string[] {
  const useful = references.filter(({ type, url }) => {
    return pageTypes.includes(type) && url.length <= maxReferenceLength && /^https?:\/\//.test(url);
  });
  const inOrder = useful.toSorted((a, b) => pageTypes.indexOf(a.type) - pageTypes.indexOf(b.type));
  return [...new Set(inOrder.map(({ url }) => storableText(url, maxReferenceLength)))].slice(0, maxReferences);
}

function idsOf(ids: readonly string[], own: string): string[] {
  const distinct = new Set(ids.map((id) => storableText(id.trim(), maxTitleLength)));
  distinct.delete('');
  distinct.delete(own);
  return [...distinct].toSorted().slice(0, maxAliasesPerAdvisory);
}

/** The instant in UTC, or null for what is none and for placeholders before the first CVE. */
function instantOf(text: string): string | null {
  const instant = new Date(text);
  if (text === '' || Number.isNaN(instant.getTime()) || instant.getUTCFullYear() < 1970) return null;
  return instant.toISOString();
}

function idOf(record: unknown): string | null {
  if (typeof record !== 'object' || record === null || !('id' in record) || typeof record.id !== 'string') return null;
  return storableText(record.id, maxTitleLength);
}

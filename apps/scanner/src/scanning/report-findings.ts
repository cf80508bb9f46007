import type { Finding } from '@assay/contracts';
import { isAtLeast } from '@assay/kernel';
import { displayIdOf } from '../matching/alias-groups.js';
import { maxDetailCharsPerReport } from '../limits.js';
import { placeOfPurl } from '../matching/component-place.js';
import { findingKey } from '../matching/finding-key.js';
import type { FindingDraft } from '../reports/finding-draft.js';
import { unknownVulnerability, type Vulnerability } from '../vulnerabilities/vulnerability.js';
import { compareFindings, type PlacedFinding } from './component-findings.js';

/** Every vulnerability id that a report names. */
export function idsOfDrafts(drafts: readonly FindingDraft[]): Set<string> {
  return new Set(drafts.flatMap((draft) => (draft.vulnerabilityId === null ? [] : idsOf(draft))));
}

/**
 * The findings of a report, each with the alias group of its ids, so that a flaw has one key whichever tool saw it. The
 * severity stays the tool's own word. An entry that stands there twice is one finding, with the worse severity and every
 * engine that said it. The worst findings have what the tool said at length, the others as far as `maxDetailCharsPerReport` goes.
 */
export function findingsOfReport(
  tool: string,
  drafts: readonly FindingDraft[],
  vulnerabilities: ReadonlyMap<string, Vulnerability>,
): PlacedFinding[] {
  const found = new Map<string, PlacedFinding>();
  const occurrences = occurrencesIn(drafts);
  for (const draft of drafts) {
    const placed = toFinding(tool, draft, occurrences.get(draft) ?? 0, vulnerabilities);
    const known = found.get(placed.finding.key);
    found.set(placed.finding.key, known === undefined ? placed : worseOf(known, placed));
  }
  return withinDetail([...found.values()].toSorted(compareFindings));
}

function worseOf(known: PlacedFinding, other: PlacedFinding): PlacedFinding {
  const worse = isAtLeast(known.finding.severity, other.finding.severity) ? known : other;
  const engines = [...new Set([...known.finding.engines, ...other.finding.engines])];
  return engines.length === worse.finding.engines.length ? worse : { ...worse, finding: { ...worse.finding, engines } };
}

/** Kinds of finding of which one file may have several by one rule. */
const inFiles: ReadonlySet<string> = new Set(['misconfiguration', 'secret', 'sast']);

/**
 * The number of each draft among those of one rule in one place, by line: 0 for the first line, 1 for the next. So ten hits in a
 * file are ten findings, and an edit above them changes nothing.
 */
function occurrencesIn(drafts: readonly FindingDraft[]): Map<FindingDraft, number> {
  const placeOf = ({ kind, place, ruleId }: FindingDraft): string => JSON.stringify([kind, place, ruleId]);
  const located = drafts.filter(({ kind, location }) => inFiles.has(kind) && location?.line != null);
  const lines = new Map<string, Set<number>>();
  for (const draft of located) {
    const place = placeOf(draft);
    const known = lines.get(place) ?? new Set();
    lines.set(place, known.add(draft.location!.line!));
  }
  const ranks = new Map<string, Map<number, number>>();
  for (const [place, each] of lines) {
    if (each.size > 1) ranks.set(place, new Map([...each].toSorted((a, b) => a - b).map((line, rank) => [line, rank])));
  }
  return new Map(located.map((draft) => [draft, ranks.get(placeOf(draft))?.get(draft.location!.line!) ?? 0]));
}

function toFinding(
  tool: string,
  draft: FindingDraft,
  occurrence: number,
  vulnerabilities: ReadonlyMap<string, Vulnerability>,
): PlacedFinding {
  const { kind, severity, score, vector, component, target } = draft;
  const vulnerability = draft.vulnerabilityId === null ? null : vulnerabilityOf(draft, vulnerabilities);
  const ids = vulnerability === null ? idsOf(draft) : [...vulnerability.ids, ...idsOf(draft)];
  const shown = vulnerability === null ? (draft.ruleId ?? '') : displayIdOf(ids);
  const at = kind === 'vulnerability' ? placeOfPurl(draft.place) : draft.place;
  const place = occurrence === 0 ? at : `${at}#${occurrence + 1}`;
  const finding: Finding = {
    key: findingKey({ kind, place, what: vulnerability?.group ?? shown }),
    kind,
    group: vulnerability?.group ?? null,
    vulnerabilityId: shown,
    aliases: [...new Set(ids)].filter((id) => id !== shown),
    title: draft.title === '' ? (vulnerability?.title ?? '') : draft.title,
    severity,
    score,
    vector,
    kev: vulnerability?.kev ?? null,
    epss: vulnerability?.epss ?? null,
    component,
    target,
    engines: [draft.engine ?? tool],
    ...detailOf(draft),
  };
  return { place, finding };
}

/** What the tool said at length; what it did not say is not there. */
function detailOf(draft: FindingDraft): Partial<Finding> {
  const { description, remediation, references, location, fingerprint } = draft;
  return {
    ...(description === '' || description === draft.title ? {} : { description }),
    ...(remediation === '' ? {} : { remediation }),
    ...(references.length === 0 ? {} : { references: [...references] }),
    ...(location === null ? {} : { location: { ...location } }),
    ...(fingerprint === null ? {} : { fingerprint }),
  };
}

function withinDetail(found: readonly PlacedFinding[]): PlacedFinding[] {
  let left = maxDetailCharsPerReport;
  return found.map(({ place, finding }) => {
    const { description = '', remediation = '', references = [] } = finding;
    left -= description.length + remediation.length + references.join('').length;
    if (left >= 0) return { place, finding };
    const { description: _, remediation: __, references: ___, ...rest } = finding;
    return { place, finding: rest };
  });
}

/** The tool's own id decides; its aliases only where nobody knows that. Of what has no group yet EPSS may know something. */
function vulnerabilityOf(draft: FindingDraft, known: ReadonlyMap<string, Vulnerability>): Vulnerability {
  for (const id of idsOf(draft)) {
    const vulnerability = known.get(id);
    if (vulnerability?.isGrouped === true) return vulnerability;
  }
  const unknown = unknownVulnerability(idsOf(draft));
  return { ...unknown, epss: known.get(unknown.displayId)?.epss ?? null };
}

function idsOf(draft: FindingDraft): string[] {
  return [draft.vulnerabilityId ?? draft.ruleId ?? '', ...draft.aliases];
}

/** How many distinct components the findings of a report name. */
export function componentsIn(drafts: readonly FindingDraft[]): number {
  const named = drafts.flatMap(({ component }) => (component === null ? [] : [component]));
  return new Set(named.map(({ purl, name, version }) => purl ?? `${name}@${version}`)).size;
}

import type { Finding } from '@assay/contracts';
import { isAtLeast } from '@assay/kernel';
import { displayIdOf } from '../matching/alias-groups.js';
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
 * severity stays the tool's own word. An entry that stands there twice is one finding, with the worse severity.
 */
export function findingsOfReport(
  tool: string,
  drafts: readonly FindingDraft[],
  vulnerabilities: ReadonlyMap<string, Vulnerability>,
): PlacedFinding[] {
  const found = new Map<string, PlacedFinding>();
  for (const draft of drafts) {
    const placed = toFinding(tool, draft, vulnerabilities);
    const known = found.get(placed.finding.key);
    if (known === undefined || !isAtLeast(known.finding.severity, placed.finding.severity)) {
      found.set(placed.finding.key, placed);
    }
  }
  return [...found.values()].toSorted(compareFindings);
}

function toFinding(
  tool: string,
  draft: FindingDraft,
  vulnerabilities: ReadonlyMap<string, Vulnerability>,
): PlacedFinding {
  const { kind, severity, score, vector, component, target } = draft;
  const vulnerability = draft.vulnerabilityId === null ? null : vulnerabilityOf(draft, vulnerabilities);
  const ids = vulnerability === null ? idsOf(draft) : [...vulnerability.ids, ...idsOf(draft)];
  const shown = vulnerability === null ? (draft.ruleId ?? '') : displayIdOf(ids);
  const place = kind === 'vulnerability' ? placeOfPurl(draft.place) : draft.place;
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
    epss: null,
    component,
    target,
    engines: [tool],
  };
  return { place, finding };
}

/** The tool's own id decides; its aliases only where nobody knows that. */
function vulnerabilityOf(draft: FindingDraft, known: ReadonlyMap<string, Vulnerability>): Vulnerability {
  for (const id of idsOf(draft)) {
    const vulnerability = known.get(id);
    if (vulnerability !== undefined) return vulnerability;
  }
  return unknownVulnerability(idsOf(draft));
}

function idsOf(draft: FindingDraft): string[] {
  return [draft.vulnerabilityId ?? draft.ruleId ?? '', ...draft.aliases];
}

/** How many distinct components the findings of a report name. */
export function componentsIn(drafts: readonly FindingDraft[]): number {
  const named = drafts.flatMap(({ component }) => (component === null ? [] : [component]));
  return new Set(named.map(({ purl, name, version }) => purl ?? `${name}@${version}`)).size;
}

/** The same findings after groups or marks have changed; everything that the tool said stays. */
export function annotatedAnew(
  found: readonly PlacedFinding[],
  vulnerabilities: ReadonlyMap<string, Vulnerability>,
): PlacedFinding[] {
  const anew = found.map(({ place, finding }): PlacedFinding => {
    const known = idsOfFinding(finding).flatMap((id) => vulnerabilities.get(id) ?? [])[0];
    if (finding.kind !== 'vulnerability' || known === undefined) return { place, finding };
    const ids = [...new Set([...known.ids, ...idsOfFinding(finding)])];
    const vulnerabilityId = displayIdOf(ids);
    const { group, kev } = known;
    const key = findingKey({ kind: finding.kind, place, what: group });
    const aliases = ids.filter((id) => id !== vulnerabilityId);
    return { place, finding: { ...finding, key, group, vulnerabilityId, aliases, kev } };
  });
  return [...new Map(anew.map((placed) => [placed.finding.key, placed])).values()].toSorted(compareFindings);
}

/** Every id of the flaw that a finding is about. */
export function idsOfFinding(finding: Finding): string[] {
  return [finding.vulnerabilityId, ...finding.aliases];
}

import { severities, type Uuid } from '@assay/kernel';
import type { Finding } from '@assay/contracts';
import type { StoredComponent } from '../inventory/stored-component.js';
import { affectsAny, type Verdict } from '../matching/affects.js';
import { placeOfPurl } from '../matching/component-place.js';
import { findingKey } from '../matching/finding-key.js';
import type { PackageIdentity } from '../matching/package-identity.js';
import { versionOrderOf } from '../matching/version-orders.js';
import type { AdvisoryText } from '../vulnerabilities/advisory-texts.store.js';
import type { IndexedAdvisory } from '../vulnerabilities/advisory-index.store.js';
import type { Vulnerability } from '../vulnerabilities/vulnerability.js';
import { engineName } from './engine.js';

/** A finding with its place, which `findingKey` was made of. */
export interface PlacedFinding {
  readonly place: string;
  readonly finding: Finding;
}

/**
 * What these advisories say about a component: one finding per flaw, however many databases know it. The fixed version is
 * the one that satisfies all of them.
 */
export function findingsOfComponent(
  component: StoredComponent,
  advisories: readonly IndexedAdvisory[],
): PlacedFinding[] {
  const { identity } = component;
  if (identity === null || advisories.length === 0) return [];
  return [...verdictsByFlaw(identity, advisories)].map(([vulnerability, { fixedVersion }]) =>
    place(component, vulnerability, fixedVersion),
  );
}

/** The finding with what its advisories say at length, and with a page to read. */
export function atLength({ place, finding }: PlacedFinding, texts: ReadonlyMap<Uuid, AdvisoryText>): PlacedFinding {
  const { description = '', references = [] } = texts.get(finding.group ?? '') ?? {};
  const pages = references.length > 0 ? [...references] : [pageOf(finding.vulnerabilityId)];
  return { place, finding: { ...finding, ...(description !== '' && { description }), references: pages } };
}

/** A page that every id of this form has. */
function pageOf(id: string): string {
  if (id.startsWith('CVE-')) return `https://nvd.nist.gov/vuln/detail/${id}`;
  return id.startsWith('GHSA-') ? `https://github.com/advisories/${id}` : `https://osv.dev/vulnerability/${id}`;
}

/** The findings of a document: each once, worst first. */
export function distinctFindings(found: Iterable<PlacedFinding>): PlacedFinding[] {
  const byKey = new Map<string, PlacedFinding>();
  for (const placed of found) if (!byKey.has(placed.finding.key)) byKey.set(placed.finding.key, placed);
  return [...byKey.values()].toSorted(compareFindings);
}

/** Worst first, then by id and place: the order of every findings document. */
export function compareFindings(a: PlacedFinding, b: PlacedFinding): number {
  const bySeverity = severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity);
  if (bySeverity !== 0) return bySeverity;
  return compareTexts(a.finding.vulnerabilityId, b.finding.vulnerabilityId) || compareTexts(a.place, b.place);
}

function verdictsByFlaw(
  identity: PackageIdentity,
  advisories: readonly IndexedAdvisory[],
): Map<Vulnerability, Verdict> {
  const groups = new Map<string, [Vulnerability, Verdict]>();
  for (const { affected, vulnerability } of advisories) {
    const verdict = affectsAny(affected, identity.version);
    if (!verdict.affected) continue;
    const known = groups.get(vulnerability.group);
    const fixedVersion = later(identity, known?.[1].fixedVersion ?? null, verdict.fixedVersion);
    groups.set(vulnerability.group, [vulnerability, { affected: true, fixedVersion }]);
  }
  return new Map(groups.values());
}

function later({ ecosystem }: PackageIdentity, a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  const order = versionOrderOf(ecosystem);
  return order !== null && order.compare(a, b) > 0 ? a : b;
}

function place(component: StoredComponent, vulnerability: Vulnerability, fixedVersion: string | null): PlacedFinding {
  const at = placeOfPurl(component.purl ?? '');
  const { group, displayId, ids, title, severity, score, vector, kev, epss } = vulnerability;
  return {
    place: at,
    finding: {
      key: findingKey({ kind: 'vulnerability', place: at, what: group }),
      kind: 'vulnerability',
      group,
      vulnerabilityId: displayId,
      aliases: ids.filter((id) => id !== displayId),
      title,
      severity,
      score,
      vector,
      kev,
      epss,
      component: { purl: component.purl, name: component.name, version: component.version, fixedVersion },
      target: '',
      engines: [engineName],
    },
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

import { rateVector, type CvssRating } from '../advisories/cvss.js';
import { maxLicenseLength, maxNameLength, maxPurlLength, maxTitleLength, maxVersionLength } from '../limits.js';
import { parsePurl } from '../matching/package-identity.js';
import { placeOfPurl } from '../matching/component-place.js';
import { fieldOf, isObject, listOf, textOf, type JsonObject } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import type { DraftComponent, FindingDraft } from './finding-draft.js';
import { severityOfTrivy } from './trivy-severity.js';

/** What a result of a report says about all its entries. */
export interface TrivyResult {
  readonly target: string;
  /** `os-pkgs`, `lang-pkgs`, `config`, `secret`, `license`, … */
  readonly class: string;
  /** `debian`, `npm`, `dockerfile`, … */
  readonly type: string;
  /** The resource of a cluster, `default/Deployment/redis`; empty outside of clusters. */
  readonly resource: string;
}

/** A vulnerability of a package; null for an entry without an id, which old versions wrote for what they could not judge. */
export function vulnerabilityOf(entry: JsonObject, result: TrivyResult): FindingDraft | null {
  const vulnerabilityId = idOf(entry, 'VulnerabilityID');
  if (vulnerabilityId === '') return null;
  const rating = ratingOf(entry);
  const severity = severityOfTrivy(fieldOf(entry, 'Severity'));
  const component = componentOf(entry);
  return {
    ...draft(entry, result),
    kind: 'vulnerability',
    vulnerabilityId,
    // A DSA or RHSA covers several CVEs; taken for aliases they would make one flaw of all of them.
    aliases: distinct(listOf(entry, 'VendorIDs')).filter((id) => /^(?:CVE|GHSA)-/.test(id) && id !== vulnerabilityId),
    severity: severity === 'unknown' && rating !== null ? rating.severity : severity,
    score: rating?.score ?? null,
    vector: rating?.vector ?? null,
    component,
    place: placeOfPackage(entry, component, result),
  };
}

/** A misconfiguration that was found; null for a check that passed or was excepted in trivy itself. */
export function misconfigurationOf(entry: JsonObject, result: TrivyResult): FindingDraft | null {
  const ruleId = idOf(entry, 'ID');
  const status = textOf(entry, 'Status').toUpperCase();
  if (ruleId === '' || (status !== 'FAIL' && status !== '')) return null;
  const resource = textOf(fieldOf(entry, 'CauseMetadata'), 'Resource');
  const aliases = distinct([fieldOf(entry, 'AVDID')]).filter((id) => id !== ruleId);
  const at = resource === '' ? placeOfTarget(result) : `${placeOfTarget(result)}#${resource}`;
  return { ...draft(entry, result), kind: 'misconfiguration', ruleId, aliases, place: storableText(at, maxPurlLength) };
}

/** A secret in a file. The place is the file: its line moves with every edit above it. */
export function secretOf(entry: JsonObject, result: TrivyResult): FindingDraft | null {
  const ruleId = idOf(entry, 'RuleID');
  return ruleId === '' ? null : { ...draft(entry, result), kind: 'secret', ruleId, place: placeOfTarget(result) };
}

/** A licence that the policy given to trivy does not simply allow, of a package or a file. */
export function licenseOf(entry: JsonObject, result: TrivyResult): FindingDraft | null {
  const ruleId = storableText(textOf(entry, 'Name'), maxLicenseLength);
  if (ruleId === '') return null;
  const [name, file] = [textOf(entry, 'PkgName'), textOf(entry, 'FilePath')];
  const component: DraftComponent | null =
    name === '' ? null : { purl: null, name: storableText(name, maxNameLength), version: '', fixedVersion: null };
  const place = storableText(
    [placeOfTarget(result), name, file].filter((part) => part !== '').join('#'),
    maxPurlLength,
  );
  const category = textOf(entry, 'Category');
  const title = storableText(category === '' ? ruleId : `${ruleId} (${category})`, maxTitleLength);
  return { ...draft(entry, result), kind: 'license', ruleId, title, component, place };
}

/** What all kinds have in common; the rest is what a kind without it has. */
function draft(entry: JsonObject, result: TrivyResult): Omit<FindingDraft, 'kind' | 'place'> {
  const target = result.resource === '' ? result.target : `${result.resource}: ${result.target}`;
  return {
    vulnerabilityId: null,
    ruleId: null,
    aliases: [],
    severity: severityOfTrivy(fieldOf(entry, 'Severity')),
    score: null,
    vector: null,
    title: storableText(textOf(entry, 'Title') || textOf(entry, 'Message'), maxTitleLength),
    component: null,
    target: storableText(target, maxPurlLength),
  };
}

function componentOf(entry: JsonObject): DraftComponent {
  const purl = textOf(fieldOf(entry, 'PkgIdentifier'), 'PURL');
  const fixedVersion = storableText(textOf(entry, 'FixedVersion'), maxVersionLength);
  return {
    purl: purl === '' || parsePurl(purl) === null ? null : storableText(purl, maxPurlLength),
    name: storableText(textOf(entry, 'PkgName'), maxNameLength),
    version: storableText(textOf(entry, 'InstalledVersion'), maxVersionLength),
    fixedVersion: fixedVersion === '' ? null : fixedVersion,
  };
}

function placeOfPackage(entry: JsonObject, component: DraftComponent, result: TrivyResult): string {
  const inside = result.resource === '' ? '' : `${result.resource}#`;
  if (component.purl !== null) return storableText(`${inside}${placeOfPurl(component.purl)}`, maxPurlLength);
  const path = textOf(entry, 'PkgPath') || placeOfTarget(result);
  return storableText(`${path}#${component.name}@${component.version}`, maxPurlLength);
}

/** The target of packages of the system is the image with its tag, `app:4711 (debian 12.5)`; the system alone stays. */
function placeOfTarget(result: TrivyResult): string {
  const target = result.class === 'os-pkgs' ? result.type : result.target;
  return storableText(result.resource === '' ? target : `${result.resource}#${target}`, maxPurlLength);
}

/** The CVSS rating of the source that gave the severity, else NVD's, else any; of it the newest version. */
function ratingOf(entry: JsonObject): CvssRating | null {
  const ratings = fieldOf(entry, 'CVSS');
  if (!isObject(ratings)) return null;
  const sources = [textOf(entry, 'SeveritySource'), 'nvd', 'ghsa', ...Object.keys(ratings).toSorted()];
  for (const source of sources) {
    for (const field of ['V40Vector', 'V3Vector', 'V2Vector']) {
      const rating = rateVector(textOf(fieldOf(ratings, source), field));
      if (rating !== null) return rating;
    }
  }
  return null;
}

function idOf(entry: JsonObject, name: string): string {
  return storableText(textOf(entry, name), maxTitleLength);
}

function distinct(values: readonly unknown[]): string[] {
  const ids = values.filter((value) => typeof value === 'string' && value !== '').map(String);
  return [...new Set(ids.map((id) => storableText(id, maxTitleLength)))];
}

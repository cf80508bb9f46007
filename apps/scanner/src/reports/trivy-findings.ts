import { rateVector, type CvssRating } from '../advisories/cvss.js';
import { maxLicenseLength, maxNameLength, maxPurlLength, maxTitleLength } from '../limits.js';
import { fieldOf, isObject, listOf, textOf, type JsonObject } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import {
  componentOf,
  descriptionOf,
  distinctIds,
  idIn,
  locationOf,
  placeOfComponent,
  referencesOf,
  remediationOf,
  titleOf,
} from './draft-fields.js';
import { type DraftComponent, emptyDraft, type FindingDraft } from './finding-draft.js';
import { purlOfPackage } from './package-purl.js';
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
  const vulnerabilityId = idIn(entry, 'VulnerabilityID');
  if (vulnerabilityId === '') return null;
  const rating = ratingOf(entry);
  const severity = severityOfTrivy(fieldOf(entry, 'Severity'));
  const component = packageOf(entry, result);
  const file = textOf(entry, 'PkgPath') || fileOf(result);
  return {
    ...draft(entry, result),
    kind: 'vulnerability',
    vulnerabilityId,
    // A DSA or RHSA covers several CVEs; taken for aliases they would make one flaw of all of them.
    aliases: distinctIds(listOf(entry, 'VendorIDs')).filter(
      (id) => /^(?:CVE|GHSA)-/.test(id) && id !== vulnerabilityId,
    ),
    severity: severity === 'unknown' && rating !== null ? rating.severity : severity,
    score: rating?.score ?? null,
    vector: rating?.vector ?? null,
    component,
    location: locationOf(file, fieldOf(listOf(entry, 'Locations')[0], 'StartLine')),
    place: placeOfPackage(component, textOf(entry, 'PkgPath'), result),
  };
}

/** A misconfiguration that was found; null for a check that passed or was excepted in trivy itself. */
export function misconfigurationOf(entry: JsonObject, result: TrivyResult): FindingDraft | null {
  const ruleId = idIn(entry, 'ID');
  const status = textOf(entry, 'Status').toUpperCase();
  if (ruleId === '' || (status !== 'FAIL' && status !== '')) return null;
  const cause = fieldOf(entry, 'CauseMetadata');
  const resource = textOf(cause, 'Resource');
  const aliases = distinctIds([fieldOf(entry, 'AVDID')]).filter((id) => id !== ruleId);
  const at = resource === '' ? placeOfTarget(result) : `${placeOfTarget(result)}#${resource}`;
  return {
    ...draft(entry, result),
    kind: 'misconfiguration',
    ruleId,
    aliases,
    remediation: remediationOf(textOf(entry, 'Resolution')),
    location: locationOf(fileOf(result), fieldOf(cause, 'StartLine')),
    place: storableText(at, maxPurlLength),
  };
}

/** A secret in a file, without the text around it. The place is the file: its line moves with every edit above it. */
export function secretOf(entry: JsonObject, result: TrivyResult): FindingDraft | null {
  const ruleId = idIn(entry, 'RuleID');
  if (ruleId === '') return null;
  const location = locationOf(fileOf(result), fieldOf(entry, 'StartLine'));
  const title = titleOf(textOf(entry, 'Title'));
  return {
    ...draft(entry, result),
    kind: 'secret',
    ruleId,
    title,
    description: '',
    location,
    place: placeOfTarget(result),
  };
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
  const location = locationOf(file, null);
  const references = referencesOf([fieldOf(entry, 'Link')]);
  return { ...draft(entry, result), kind: 'license', ruleId, title, component, references, location, place };
}

/** What all kinds have in common; the rest is what a kind without it has. */
function draft(entry: JsonObject, result: TrivyResult): Omit<FindingDraft, 'kind' | 'place'> {
  const target = result.resource === '' ? result.target : `${result.resource}: ${result.target}`;
  return {
    ...emptyDraft,
    severity: severityOfTrivy(fieldOf(entry, 'Severity')),
    title: titleOf(textOf(entry, 'Title') || textOf(entry, 'Message')),
    description: descriptionOf(textOf(entry, 'Description')),
    references: referencesOf([fieldOf(entry, 'PrimaryURL'), ...listOf(entry, 'References')]),
    target: storableText(target, maxPurlLength),
  };
}

/** Reports from before version 0.47 have no purl; the type of the result says what its packages are. */
function packageOf(entry: JsonObject, result: TrivyResult): DraftComponent {
  const [name, version] = [textOf(entry, 'PkgName'), textOf(entry, 'InstalledVersion')];
  const purl = textOf(fieldOf(entry, 'PkgIdentifier'), 'PURL') || purlOfPackage(result.type, name, version);
  return componentOf(purl, name, version, textOf(entry, 'FixedVersion'));
}

function placeOfPackage(component: DraftComponent, path: string, result: TrivyResult): string {
  if (component.purl === null) return placeOfComponent(component, path || placeOfTarget(result));
  const inside = result.resource === '' ? '' : `${result.resource}#`;
  return storableText(`${inside}${placeOfComponent(component, '')}`, maxPurlLength);
}

/** The file that was looked at; packages of the system lie in none, their target is the image. */
function fileOf(result: TrivyResult): string {
  return result.class === 'os-pkgs' ? '' : result.target;
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

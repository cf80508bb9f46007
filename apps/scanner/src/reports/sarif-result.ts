import {
  maxAliasesPerAdvisory,
  maxDescriptionLength,
  maxFingerprintLength,
  maxPurlLength,
  maxTitleLength,
} from '../limits.js';
import { fieldOf, isObject, type JsonObject, listOf, textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import {
  descriptionOf,
  distinctIds,
  idIn,
  lineOf,
  referencesOf,
  remediationOf,
  textAt,
  titleOf,
} from './draft-fields.js';
import { listAt, objectAt } from './report-reader.js';

/** What is kept of a rule (`reportingDescriptor`, §3.49) for the results that name it. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  /** Earlier ids; osv-scanner puts the other ids of a flaw here. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly description: string;
  readonly remediation: string;
  readonly references: readonly string[];
  /** `error`, `warning`, `note`, `none`; empty if the rule does not say. */
  readonly level: string;
  /** GitHub's `security-severity`: a CVSS score as text, or a word. */
  readonly securitySeverity: string;
  readonly tags: readonly string[];
  /** grype's, which names the packages of a rule. */
  readonly purls: readonly string[];
}

/** What is kept of a result (§3.27) until its rule is known. */
export interface SarifResult {
  readonly ruleId: string;
  /** −1 if there is none. */
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: string;
  readonly file: string;
  readonly line: number | null;
  /** The fully qualified name of the function, resource or package it lies in. */
  readonly logical: string;
  readonly fingerprint: string | null;
  readonly securitySeverity: string;
  readonly tags: readonly string[];
  readonly purls: readonly string[];
  readonly isSuppressed: boolean;
  /** False for what passed, does not apply, is for information, or is gone since the baseline. */
  readonly isFinding: boolean;
}

/** Kinds of result (§3.27.9) that are no problem; `review` and `open` want somebody to look. */
const noProblem: ReadonlySet<string> = new Set(['pass', 'notApplicable', 'informational']);

export function readRule(rule: JsonObject): SarifRule {
  const properties = fieldOf(rule, 'properties');
  const [short, full] = [textAt(rule, 'shortDescription', 'text'), textAt(rule, 'fullDescription', 'text')];
  return {
    id: idIn(rule, 'id'),
    name: idIn(rule, 'name'),
    aliases: distinctIds(listOf(rule, 'deprecatedIds')).slice(0, maxAliasesPerAdvisory),
    title: titleOf(short || full || textOf(rule, 'name')),
    description: descriptionOf(full || short),
    // gosec, CodeQL and others put pages of explanation here; its beginning says what to do.
    remediation: remediationOf(textOf(properties, 'resolution') || textAt(rule, 'help', 'text')),
    references: referencesOf([fieldOf(rule, 'helpUri')]),
    level: textAt(rule, 'defaultConfiguration', 'level'),
    ...ratedBy(properties),
  };
}

/** @throws AssayError `scanner.wrong-type` where locations, suppressions or the message are not what the format has */
export function readResult(result: JsonObject, field: string): SarifResult {
  const rule = objectAt(result, 'rule', field);
  const [location] = listAt(result, 'locations', field);
  const physical = fieldOf(location, 'physicalLocation');
  const message = objectAt(result, 'message', field);
  const suppressions = listAt(result, 'suppressions', field);
  const index = fieldOf(result, 'ruleIndex') ?? fieldOf(rule, 'index');
  return {
    ruleId: idIn(result, 'ruleId') || idIn(rule, 'id'),
    ruleIndex: typeof index === 'number' && Number.isInteger(index) ? index : -1,
    level: textOf(result, 'level'),
    message: storableText(textOf(message, 'text') || textOf(message, 'markdown'), maxDescriptionLength),
    file: fileOf(textOf(fieldOf(physical, 'artifactLocation'), 'uri') || textAt(result, 'analysisTarget', 'uri')),
    line: lineOf(fieldOf(fieldOf(physical, 'region'), 'startLine')),
    logical: logicalOf(location),
    fingerprint:
      fingerprintIn(fieldOf(result, 'fingerprints')) ?? fingerprintIn(fieldOf(result, 'partialFingerprints')),
    ...ratedBy(fieldOf(result, 'properties')),
    isSuppressed: suppressions.length > 0 && suppressions.every(isAccepted),
    isFinding: !noProblem.has(textOf(result, 'kind')) && textOf(result, 'baselineState') !== 'absent',
  };
}

function ratedBy(properties: unknown): Pick<SarifRule, 'securitySeverity' | 'tags' | 'purls'> {
  const rating = fieldOf(properties, 'security-severity');
  const purls = [...listOf(properties, 'purls'), fieldOf(properties, 'purl')];
  return {
    securitySeverity:
      typeof rating === 'number' ? String(rating) : textOf(properties, 'security-severity').slice(0, 20),
    tags: distinctIds(listOf(properties, 'tags').slice(0, 50)).map((tag) => tag.toLowerCase()),
    purls: purls
      .filter((purl) => typeof purl === 'string' && purl.startsWith('pkg:') && purl.length <= maxPurlLength)
      .slice(0, 5)
      .map(String),
  };
}

/** §3.35: a suppression that is under review or rejected suppresses nothing; one without a status is accepted. */
function isAccepted(suppression: unknown): boolean {
  const status = textOf(suppression, 'status');
  return status === '' || status === 'accepted';
}

/** The path behind a URI: without `file://` and the escapes. */
function fileOf(uri: string): string {
  const path = uri.replace(/^file:\/\/(?=\/)/i, '');
  return storableText(decoded(path), maxPurlLength);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function logicalOf(location: unknown): string {
  const [logical] = listOf(location, 'logicalLocations');
  return storableText(textOf(logical, 'fullyQualifiedName') || textOf(logical, 'name'), maxTitleLength);
}

/**
 * One of the marks (§3.27.16, §3.27.17): semgrep's and GitHub's before others in the order of their names. Black Duck nests the
 * value in an object.
 */
function fingerprintIn(marks: unknown): string | null {
  if (!isObject(marks)) return null;
  const names = ['matchBasedId/v1', 'primaryLocationLineHash', ...Object.keys(marks).toSorted()];
  for (const name of names) {
    const mark = fieldOf(marks, name);
    const text = typeof mark === 'string' ? mark.trim() : textOf(mark, 'value');
    if (text !== '') return storableText(text, maxFingerprintLength);
  }
  return null;
}

import { createHash } from 'node:crypto';
import type { ComplianceHash } from '../benchmark.js';
import { isObject, type JsonObject, member } from '../json-object.js';

/** How the bytes of U+FFFD are written: as the character, or, as Go's encoder does for a byte that is no UTF-8, as its escape. */
export type ReplacementSpelling = 'character' | 'escape';

/**
 * `compliance_hash` of a submission's scans, as they were sent (`wire/patchmon.md` §4): lower-case hexadecimal SHA-256 of
 * a canonical JSON text, which has no times, no host and no error.
 */
export function complianceHash(scans: readonly JsonObject[], spelling: ReplacementSpelling = 'character'): string {
  const canonical = scans
    .map((scan) => ({ keys: [wordOf(scan, 'profile_name'), wordOf(scan, 'profile_type')], scan }))
    .toSorted(byKeys)
    .map(({ scan }) => canonicalScan(scan));
  const text = escaped(JSON.stringify({ scans: canonical }));
  const spelled = spelling === 'escape' ? text.replaceAll('\ufffd', '\\ufffd') : text;
  return createHash('sha256').update(spelled).digest('hex');
}

/**
 * Compares what was claimed with both spellings. A byte that is no UTF-8 reaches us as U+FFFD, while the agent hashed the
 * six characters of its escape: a server that knows one spelling refuses such a host for ever.
 */
export function checkComplianceHash(scans: readonly JsonObject[], claimed: string | null): ComplianceHash {
  const own = complianceHash(scans);
  const agrees = claimed === null || claimed === own || claimed === complianceHash(scans, 'escape');
  return { claimed, own: agrees && claimed !== null ? claimed : own, agrees };
}

function canonicalScan(scan: JsonObject): JsonObject {
  const sent = member(scan, 'results');
  const results = Array.isArray(sent) ? sent.filter(isObject) : [];
  return {
    profileName: wordOf(scan, 'profile_name'),
    profileType: wordOf(scan, 'profile_type'),
    status: wordOf(scan, 'status'),
    score: Math.round(numberOf(scan, 'score') * 10_000) / 10_000,
    totalRules: numberOf(scan, 'total_rules'),
    passed: numberOf(scan, 'passed'),
    failed: numberOf(scan, 'failed'),
    warnings: numberOf(scan, 'warnings'),
    skipped: numberOf(scan, 'skipped'),
    notApplicable: numberOf(scan, 'not_applicable'),
    remediationApplied: member(scan, 'remediation_applied') === true,
    remediationCount: numberOf(scan, 'remediation_count'),
    results: results
      .map((result) => ({ keys: [wordOf(result, 'rule_ref'), wordOf(result, 'status')], result }))
      .toSorted(byKeys)
      .map(({ result }) => canonicalResult(result)),
  };
}

function canonicalResult(result: JsonObject): JsonObject {
  return {
    ruleRef: wordOf(result, 'rule_ref'),
    status: wordOf(result, 'status'),
    severity: wordOf(result, 'severity'),
    section: wordOf(result, 'section'),
    title: wordOf(result, 'title'),
    description: wordOf(result, 'description'),
    finding: wordOf(result, 'finding'),
    actual: wordOf(result, 'actual'),
    expected: wordOf(result, 'expected'),
    remediation: wordOf(result, 'remediation'),
  };
}

/** White space of Go's `unicode.IsSpace`: U+0085 is, U+FEFF is not, unlike in `String.prototype.trim`. */
const goSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** The text of a member, normal and trimmed as Go does it; empty for what is no text. */
function wordOf(object: JsonObject, name: string): string {
  const value = member(object, name);
  if (typeof value !== 'string') return '';
  const text = value.toWellFormed().normalize('NFC');
  let [from, to] = [0, text.length];
  while (from < to && goSpace.test(text[from]!)) from++;
  while (to > from && goSpace.test(text[to - 1]!)) to--;
  return text.slice(from, to);
}

function numberOf(object: JsonObject, name: string): number {
  const value = member(object, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

interface Keyed {
  readonly keys: readonly string[];
}

/** Byte order of UTF-8, which differs from that of UTF-16 above U+D7FF. */
function byKeys(one: Keyed, other: Keyed): number {
  for (const [index, key] of one.keys.entries()) {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(other.keys[index]!));
    if (order !== 0) return order;
  }
  return 0;
}

/** What Go's encoder escapes and JavaScript's does not. */
function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

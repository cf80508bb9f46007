import type { Severity } from '@assay/kernel';
import { severityOfScore } from '../advisories/cvss.js';
import { severityOfWord } from '../advisories/severity-words.js';
import { maxPurlLength } from '../limits.js';
import type { FindingKind } from '../matching/finding-key.js';
import { parsePurl } from '../matching/package-identity.js';
import { storableText } from '../text/storable-text.js';
import { componentOf, descriptionOf, firstLineOf, locationOf, placeOfComponent } from './draft-fields.js';
import { type DraftComponent, emptyDraft, type FindingDraft } from './finding-draft.js';
import { purlOfListed } from './package-purl.js';
import type { SarifResult, SarifRule } from './sarif-result.js';

/** Ids of flaws; some tools put them inside of longer rule ids (`CVE-2021-1-libfoo`, `BDSA-2020-1001 (CVE-2020-11022)`). */
const flawId = /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|(?:RUSTSEC|PYSEC|GO|MAL)-\d{4}-\d+)\b/i;

/** Drivers that find one kind of thing only, by the beginning of their names in lower case. */
const drivers: readonly [kind: FindingKind, names: readonly string[]][] = [
  ['secret', ['gitleaks', 'trufflehog', 'detect-secrets', 'ggshield', 'gitguardian', 'noseyparker', 'talisman']],
  [
    'misconfiguration',
    [
      'tfsec',
      'checkov',
      'kics',
      'terrascan',
      'hadolint',
      'kubesec',
      'kubescape',
      'kube-linter',
      'dockle',
      'cfn-lint',
      'zizmor',
    ],
  ],
];

/** What a rule's tags say, trivy's and others'. */
const tagged: readonly FindingKind[] = ['secret', 'misconfiguration', 'license'];

/**
 * The draft of a result. The place is the file, with the tool's own mark of the occurrence, else what it lies in; of a vulnerability it
 * is the component. The engine is the driver, so that `trivy` is one engine in both of its formats.
 */
export function draftOfResult(result: SarifResult, rule: SarifRule | undefined, driver: string): FindingDraft {
  const ruleId = result.ruleId || rule?.id || rule?.name || titleFor(result, rule);
  const kind = kindOfResult(ruleId, [...result.tags, ...(rule?.tags ?? [])], driver);
  const shared: FindingDraft = {
    ...emptyDraft,
    kind,
    ruleId,
    ...severityOfResult(result, rule),
    title: titleFor(result, rule),
    target: result.file,
    description: descriptionOf(result.message || (rule?.description ?? '')),
    remediation: rule?.remediation ?? '',
    references: rule?.references ?? [],
    location: locationOf(result.file, result.line),
    place: placeOf(result),
    fingerprint: result.fingerprint,
    engine: engineOf(driver),
  };
  if (kind === 'vulnerability') return vulnerability(shared, result, rule);
  // The message of a secret, and trivy's rule for it, may hold the secret.
  return kind === 'secret' ? { ...shared, title: rule?.name || ruleId, description: '', remediation: '' } : shared;
}

/** What kind of finding the results of a rule are. */
export function kindOfResult(ruleId: string, tags: readonly string[], driver: string): FindingKind {
  const name = driver.toLowerCase();
  if (flawId.test(ruleId)) return 'vulnerability';
  const byTag = tagged.find((kind) => tags.includes(kind));
  return byTag ?? drivers.find(([, names]) => names.some((each) => name.startsWith(each)))?.[0] ?? 'sast';
}

function vulnerability(shared: FindingDraft, result: SarifResult, rule: SarifRule | undefined): FindingDraft {
  const ruleId = shared.ruleId ?? '';
  const found = (flawId.exec(ruleId)?.[0] ?? ruleId).replace(/^[a-z]+/i, (prefix) => prefix.toUpperCase());
  const component = componentIn(result, rule);
  return {
    ...shared,
    ruleId: null,
    vulnerabilityId: found,
    description: rule?.description || shared.description,
    aliases: (rule?.aliases ?? []).filter((id) => id !== found && flawId.test(id)),
    component,
    place: component === null ? shared.place : placeOfComponent(component, result.file),
  };
}

/** The package, where purls or the words of trivy, grype or osv-scanner name it. */
function componentIn({ message, purls, file }: SarifResult, rule: SarifRule | undefined): DraftComponent | null {
  const said = packageIn(message);
  const candidates = purls.length > 0 ? purls : (rule?.purls ?? []);
  const parts = candidates.map((purl) => ({ purl, named: parsePurl(purl) })).filter(({ named }) => named !== null);
  const match = parts.find(
    ({ named }) => said === null || (named!.version === said.version && said.name.endsWith(named!.name)),
  );
  if (match !== undefined) {
    const { name, version } = match.named!;
    return componentOf(match.purl, said?.name ?? name, said?.version || version, said?.fixedVersion ?? '');
  }
  if (said === null) return null;
  return componentOf(purlOfListed(file, said.name, said.version), said.name, said.version, said.fixedVersion);
}

const sentences: readonly RegExp[] = [
  /^Package: (?<name>\S+)\nInstalled Version: (?<version>\S+)\n(?:.*\n)*?Fixed Version: ?(?<fixed>[^\n]*)/,
  /vulnerability in \S+ package: (?<name>\S+), version (?<version>\S+) was found at/,
  /^Package '(?<name>[^'@]+|@[^'@]+)@(?<version>[^']+)' is vulnerable to/,
  /reports (?<name>\S+) at version (?<version>\S+) /,
];

function packageIn(message: string): { name: string; version: string; fixedVersion: string } | null {
  for (const sentence of sentences) {
    const groups = sentence.exec(message)?.groups;
    if (groups !== undefined) {
      return {
        name: groups['name'] ?? '',
        version: groups['version'] ?? '',
        fixedVersion: groups['fixed']?.trim() ?? '',
      };
    }
  }
  return null;
}

/** GitHub's `security-severity` of the result or its rule, else the level; a rule without a level means `warning` (§3.27.10). */
function severityOfResult(
  result: SarifResult,
  rule: SarifRule | undefined,
): { severity: Severity; score: number | null } {
  for (const rating of [result.securitySeverity, rule?.securitySeverity ?? '']) {
    const score = rating === '' ? Number.NaN : Number(rating);
    if (score > 0 && score <= 10) return { severity: severityOfScore(score), score };
    const severity = severityOfWord(rating);
    if (severity !== 'unknown') return { severity, score: null };
  }
  return { severity: severityOfWord(result.level || (rule?.level ?? '') || 'warning'), score: null };
}

function titleFor(result: SarifResult, rule: SarifRule | undefined): string {
  return rule?.title || firstLineOf(result.message);
}

function placeOf({ file, logical, fingerprint }: SarifResult): string {
  return storableText([file, fingerprint ?? logical].filter((part) => part !== '').join('#'), maxPurlLength);
}

/** The driver's name as our engines are written; null for a driver without one. */
function engineOf(driver: string): string | null {
  const name = driver.toLowerCase();
  return name === '' ? null : name;
}

import { noCounts, type Severity } from '@assay/kernel';
import type { Advisory } from '../advisories/advisory.js';
import { rateVector, severityOfScore } from '../advisories/cvss.js';
import { readOsvRecord } from '../advisories/osv-record.js';
import { affectsAny } from '../matching/affects.js';
import { displayIdOf } from '../matching/alias-groups.js';
import { packageKeyOf } from '../matching/package-key.js';
import { fieldOf, type JsonObject, listOf, textOf } from '../text/json-fields.js';
import { componentOf, descriptionOf, distinctIds, idIn, referencesOf, titleOf } from './draft-fields.js';
import { type DraftComponent, emptyDraft, type FindingDraft } from './finding-draft.js';
import { purlOfPackage } from './package-purl.js';
import { objectAt, objectsAt } from './report-reader.js';

/** A record of the report, as it stands there and as OSV means it. */
interface NamedRecord {
  readonly raw: JsonObject;
  readonly advisory: Advisory | null;
}

/** The records of one flaw, and what osv-scanner says of them together. */
interface Flaw {
  readonly ids: readonly string[];
  readonly maxSeverity: string;
  readonly records: readonly NamedRecord[];
}

/** What stands at one package of a report: a finding for each flaw, and one for each licence that the policy forbids. */
export function findingsOfPackage(entry: JsonObject, field: string): FindingDraft[] {
  const named = objectAt(entry, 'package', field) ?? {};
  const [name, version, ecosystem] = [textOf(named, 'name'), textOf(named, 'version'), textOf(named, 'ecosystem')];
  // Distributions' packages are asked for by their source; what is installed has its own name.
  const installed = textOf(named, 'os_package_name') || name;
  const component = componentOf(purlOfPackage(ecosystem, installed, version), installed, version, '');
  const flaws = flawsOf(entry, field).map((flaw) => findingOf(flaw, component, packageKeyOf(ecosystem, name)));
  const licences = distinctIds(listOf(entry, 'license_violations')).map((ruleId) => licenceOf(ruleId, component));
  return [...flaws, ...licences];
}

function flawsOf(entry: JsonObject, field: string): Flaw[] {
  const records = new Map<string, NamedRecord>();
  for (const [raw] of objectsAt(entry, 'vulnerabilities', field)) {
    const reading = readOsvRecord(raw);
    const id = idIn(raw, 'id');
    if (id !== '') records.set(id, { raw, advisory: reading.outcome === 'advisory' ? reading.advisory : null });
  }
  const flaws: Flaw[] = [];
  for (const [group] of objectsAt(entry, 'groups', field)) {
    const own = distinctIds(listOf(group, 'ids'));
    if (own.length === 0) continue;
    const members = own.flatMap((id) => records.get(id) ?? []);
    for (const id of own) records.delete(id);
    flaws.push(flawOf([...own, ...distinctIds(listOf(group, 'aliases'))], textOf(group, 'max_severity'), members));
  }
  // Old versions have no groups.
  for (const [id, record] of records) flaws.push(flawOf([id], '', [record]));
  return flaws;
}

function flawOf(ids: readonly string[], maxSeverity: string, records: readonly NamedRecord[]): Flaw {
  const all = [...ids, ...records.flatMap(({ raw }) => distinctIds(listOf(raw, 'aliases')))];
  return { ids: [...new Set(all)], maxSeverity, records };
}

function findingOf(flaw: Flaw, component: DraftComponent, packageKey: string): FindingDraft {
  const vulnerabilityId = displayIdOf(flaw.ids);
  const [first] = flaw.records.map(({ raw }) => raw);
  const advisories = flaw.records.flatMap(({ advisory }) => advisory ?? []);
  const rated = advisories.find(({ vector }) => vector !== null) ?? advisories[0];
  const affected = advisories.flatMap((advisory) => advisory.affected.filter((each) => each.packageKey === packageKey));
  const { fixedVersion } = affectsAny(affected, component.version);
  const score = scoreOf(flaw.maxSeverity) ?? rated?.score ?? null;
  return {
    ...emptyDraft,
    kind: 'vulnerability',
    vulnerabilityId,
    aliases: flaw.ids.filter((id) => id !== vulnerabilityId),
    severity: severityOf(flaw, score, advisories),
    score,
    vector: rated?.vector === null || rated === undefined ? null : (rateVector(rated.vector)?.vector ?? null),
    title: titleOf(rated?.summary ?? textOf(first, 'summary')),
    component: { ...component, fixedVersion },
    place: '',
    description: descriptionOf(textOf(first, 'details')),
    references: referencesOf(
      flaw.records.flatMap(({ raw }) => listOf(raw, 'references').map((each) => fieldOf(each, 'url'))),
    ),
  };
}

/** By the group's worst CVSS score, else by what the records say. */
function severityOf(flaw: Flaw, score: number | null, advisories: readonly Advisory[]): Severity {
  const said = advisories.map(({ severity }) => severity).filter((severity) => severity !== 'unknown');
  if (scoreOf(flaw.maxSeverity) !== null && score !== null) return severityOfScore(score);
  return worst(said);
}

/** The severities from the worst on, `unknown` last. */
const order = Object.keys(noCounts());

function worst(severities: readonly Severity[]): Severity {
  return severities.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))[0] ?? 'unknown';
}

function scoreOf(text: string): number | null {
  const score = text === '' ? Number.NaN : Number(text);
  return score > 0 && score <= 10 ? score : null;
}

function licenceOf(ruleId: string, component: DraftComponent): FindingDraft {
  return { ...emptyDraft, kind: 'license', ruleId, title: titleOf(ruleId), component, place: '' };
}

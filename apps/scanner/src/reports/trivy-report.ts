import { pickElementBatches, type PickedElement } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import { severityOfTrivy } from './trivy-severity.js';
import { maxVersionLength, reportHeadBytes } from '../limits.js';
import { refuse, refuseType } from '../scanner.errors.js';
import { fieldOf, isObject, textOf, type JsonObject } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import type { FindingDraft } from './finding-draft.js';
import { peekHead } from './peek-head.js';
import type { FindingSink, ReportReader, ReportSummary } from './report-reader.js';
import { licenseOf, misconfigurationOf, secretOf, vulnerabilityOf, type TrivyResult } from './trivy-findings.js';

/** Schema 2 and the reports of whole clusters; before it a report was the bare list of its results. */
const objectPaths = [
  'SchemaVersion',
  'Trivy',
  'ArtifactName',
  'ClusterName',
  'Results.*',
  'Resources.*',
  'Vulnerabilities.*',
  'Misconfigurations.*',
];
const legacyPaths = ['*'];

/** Lists of a result, and what one of their entries becomes; null for an entry that is no finding. */
const lists: readonly [name: string, toFinding: (entry: JsonObject, result: TrivyResult) => FindingDraft | null][] = [
  ['Vulnerabilities', vulnerabilityOf],
  ['Misconfigurations', misconfigurationOf],
  ['Secrets', secretOf],
  ['Licenses', licenseOf],
];

/** The lists whose entries the SecureCase dialect counts (`securecase.md` §3.3). */
const counted: ReadonlySet<string> = new Set(['Vulnerabilities', 'Misconfigurations']);

/**
 * Trivy's JSON (`--format json`): schema 2 (since 0.20), the list of results of older versions, and `trivy k8s` reports.
 * `entries` counts like SecureCase: vulnerabilities and misconfigurations of `Results`, passed ones and duplicates too.
 */
export const trivyReport: ReportReader = {
  tool: 'trivy',
  recognises: (head) =>
    /^\s*[[{]/.test(head) && /"(?:SchemaVersion|ArtifactName|ClusterName|VulnerabilityID)"\s*:/.test(head),
  async read(source, sink) {
    const { head, source: whole } = await peekHead(source, reportHeadBytes);
    const isLegacy = head
      .replace(/^\uFEFF/, '')
      .trimStart()
      .startsWith('[');
    return new TrivyReading(sink).run(whole, isLegacy ? legacyPaths : objectPaths);
  },
};

class TrivyReading {
  readonly #entries: SeverityCounts = noCounts();
  #toolVersion: string | null = null;
  #isRecognised = false;

  constructor(private readonly sink: FindingSink) {}

  async run(source: AsyncIterable<Uint8Array>, paths: readonly string[]): Promise<ReportSummary> {
    for await (const batch of pickElementBatches(source, paths)) {
      const findings = batch.flatMap((element) => this.#take(element));
      if (findings.length > 0) await this.sink(findings);
    }
    const { tool } = trivyReport;
    return { tool, toolVersion: this.#toolVersion, isRecognised: this.#isRecognised, entries: this.#entries };
  }

  #take(element: PickedElement): FindingDraft[] {
    if (element.wrongType !== undefined) {
      this.#isRecognised = true;
      // Trivy writes null where it found nothing, older versions as the whole report.
      if (element.wrongType === 'null') return [];
      if (element.path === '')
        throw refuse('scanner.report-not-recognised', '$', `is no report but ${element.wrongType}`);
      throw refuse('scanner.wrong-type', `$.${element.path}`, `must be an array, is ${element.wrongType}`);
    }
    this.#isRecognised = true;
    const { path, index, value } = element;
    if (path === 'Trivy') this.#toolVersion = versionOf(value);
    if (!path.endsWith('*')) return [];
    if (path === '*' || path === 'Results.*')
      return this.#takeResult(value, `${path === '*' ? '$' : '$.Results'}[${index}]`, '');
    return this.#takeResource(value, `$.${path.slice(0, -2)}[${index}]`);
  }

  /** A resource of a cluster: results as in a report of its own. They are no part of what SecureCase counts. */
  #takeResource(resource: unknown, field: string): FindingDraft[] {
    if (resource === null) return [];
    if (!isObject(resource)) throw refuseType(field, 'an object', resource);
    const name = ['Namespace', 'Kind', 'Name']
      .map((part) => textOf(resource, part))
      .filter((part) => part !== '')
      .join('/');
    return listAt(resource, 'Results', field).flatMap((result, index) =>
      this.#takeResult(result, `${field}.Results[${index}]`, name),
    );
  }

  #takeResult(result: unknown, field: string, resource: string): FindingDraft[] {
    if (result === null) return [];
    if (!isObject(result)) throw refuseType(field, 'an object', result);
    const about: TrivyResult = {
      target: textOf(result, 'Target'),
      class: textOf(result, 'Class'),
      type: textOf(result, 'Type'),
      resource,
    };
    return lists.flatMap(([name, toFinding]) =>
      listAt(result, name, field).flatMap((entry, index) => {
        if (!isObject(entry)) throw refuseType(`${field}.${name}[${index}]`, 'an object', entry);
        if (resource === '' && counted.has(name)) this.#entries[severityOfTrivy(fieldOf(entry, 'Severity'))] += 1;
        return toFinding(entry, about) ?? [];
      }),
    );
  }
}

function listAt(value: JsonObject, name: string, field: string): readonly unknown[] {
  const list = fieldOf(value, name);
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw refuseType(`${field}.${name}`, 'an array', list);
  return list;
}

function versionOf(value: unknown): string | null {
  const version = textOf(value, 'Version');
  return version === '' ? null : storableText(version, maxVersionLength);
}

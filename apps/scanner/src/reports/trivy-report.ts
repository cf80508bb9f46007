import { jsonPathOf, type PickedValue } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import { severityOfTrivy } from './trivy-severity.js';
import { maxPurlLength, maxVersionLength, reportHeadBytes } from '../limits.js';
import { refuseType } from '../scanner.errors.js';
import { fieldOf, isObject, textOf, type JsonObject } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import { imageWithoutTag } from './draft-fields.js';
import type { FindingDraft } from './finding-draft.js';
import { beginsArray, peekHead } from './peek-head.js';
import {
  type ElementTaker,
  listAt,
  objectsAt,
  readElements,
  type ReportReader,
  type ReportSummary,
} from './report-reader.js';
import { licenseOf, misconfigurationOf, secretOf, vulnerabilityOf, type TrivyResult } from './trivy-findings.js';

/** Schema 2 and the reports of whole clusters; before it a report was the bare list of its results. */
const objectPaths = [
  'SchemaVersion',
  'Trivy',
  'ArtifactName',
  'ArtifactType',
  'ClusterName',
  'TRIVY_SCAN',
  'Results.*',
  'Resources.*',
  'Vulnerabilities.*',
  'Misconfigurations.*',
];
const legacyPaths = ['*'];

/** Top-level members that only trivy's reports have. */
const marks = ['ArtifactName', 'ClusterName', 'TRIVY_SCAN'];

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
 * Trivy's JSON (`--format json`): schema 2 (since 0.20), the list of results of older versions, `trivy k8s` reports, and what
 * PatchHound sends where trivy is switched off, `{"TRIVY_SCAN":false,"Results":[]}`. `entries` counts like SecureCase:
 * vulnerabilities and misconfigurations of `Results`, passed ones and duplicates too.
 */
export const trivyReport: ReportReader = {
  tool: 'trivy',
  recognises: (outline) =>
    (outline.has('SchemaVersion') && (outline.has('Results') || outline.has('ArtifactType'))) ||
    (marks.some((mark) => outline.has(mark)) && !outline.has('bomFormat')) ||
    (outline.has('*.Target') && outline.has('*.Vulnerabilities')),
  async read(source, sink) {
    const { head, source: whole } = await peekHead(source, reportHeadBytes);
    const reading = new TrivyReading();
    await readElements(whole, beginsArray(head) ? legacyPaths : objectPaths, reading, sink);
    return reading.summary();
  },
};

class TrivyReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  readonly #warnings: string[] = [];
  readonly #said = new Map<string, unknown>();
  #isRecognised = false;

  summary(): ReportSummary {
    const [name, type] = [
      this.#said.get('ArtifactName') ?? this.#said.get('ClusterName'),
      this.#said.get('ArtifactType'),
    ];
    const target = typeof name === 'string' ? name.trim() : '';
    return {
      tool: trivyReport.tool,
      toolVersion: versionOf(this.#said.get('Trivy')),
      target: type === 'container_image' ? imageWithoutTag(target) : storableText(target, maxPurlLength),
      isRecognised: this.#isRecognised,
      entries: this.#entries,
      warnings: this.#warnings,
    };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    this.#isRecognised = true;
    const { path, value } = element;
    if (path === '*' || path === 'Results.*') return this.#takeResult(value, jsonPathOf(element), '');
    if (path.endsWith('*')) return this.#takeResource(value, jsonPathOf(element));
    this.#said.set(path, value);
    if (path === 'TRIVY_SCAN' && value === false) this.#warnings.push('trivy was switched off: TRIVY_SCAN is false');
    return [];
  }

  /** Where trivy found nothing, the list is null. */
  misplaced(): void {
    this.#isRecognised = true;
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
      objectsAt(result, name, field).flatMap(([entry]) => {
        if (resource === '' && counted.has(name)) this.#entries[severityOfTrivy(fieldOf(entry, 'Severity'))] += 1;
        return toFinding(entry, about) ?? [];
      }),
    );
  }
}

function versionOf(value: unknown): string | null {
  const version = textOf(value, 'Version');
  return version === '' ? null : storableText(version, maxVersionLength);
}

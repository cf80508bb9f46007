import { jsonPathOf, type PickedValue } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import { maxPurlLength } from '../limits.js';
import { storableText } from '../text/storable-text.js';
import { textOf } from '../text/json-fields.js';
import { locationOf } from './draft-fields.js';
import type { FindingDraft } from './finding-draft.js';
import { findingsOfPackage } from './osv-scanner-findings.js';
import { placeOfComponent } from './draft-fields.js';
import { type ElementTaker, objectOf, readElements, type ReportReader, type ReportSummary } from './report-reader.js';

const paths = ['results.*.source', 'results.*.packageSource', 'results.*.packages.*', 'experimental_config'];

/**
 * osv-scanner's JSON (`--format json`): sources, their packages, and of each the OSV records and the groups of those that are one
 * flaw. A report without findings is `{"results":[]}`, which says nothing of itself.
 */
export const osvScannerReport: ReportReader = {
  tool: 'osv-scanner',
  recognises: (outline) =>
    outline.has('results.*.packages.*.package') ||
    (outline.has('results.*.packages') &&
      (outline.has('results.*.source') || outline.has('results.*.packageSource'))) ||
    (outline.has('results') && outline.has('experimental_config')),
  async read(source, sink) {
    const reading = new OsvScannerReading();
    await readElements(source, paths, reading, sink);
    return reading.summary();
  },
};

class OsvScannerReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  #isRecognised = false;
  /** The result that is being read, and its file once that is known. */
  #result = -1;
  #file: string | null = null;
  /** Findings of a result whose file stands behind its packages, as where somebody sorted the report. */
  #waiting: FindingDraft[] = [];

  summary(): ReportSummary {
    const [isRecognised, entries] = [this.#isRecognised, this.#entries];
    return { tool: osvScannerReport.tool, toolVersion: null, target: '', isRecognised, entries, warnings: [] };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    this.#isRecognised = true;
    if (element.path === 'experimental_config') return [];
    const before = this.#begin(Number(element.at[0]));
    const value = objectOf(element);
    if (!element.path.endsWith('*')) {
      this.#file = fileOf(textOf(value, 'path'));
      return [...before, ...this.#release(this.#file)];
    }
    const found = findingsOfPackage(value, jsonPathOf(element));
    for (const { severity } of found) this.#entries[severity] += 1;
    if (this.#file !== null) return [...before, ...found.map((draft) => inFile(draft, this.#file!))];
    this.#waiting.push(...found);
    return before;
  }

  /** `results` may be empty or null. */
  misplaced(): void {
    this.#isRecognised = true;
  }

  end(): readonly FindingDraft[] {
    return this.#release('');
  }

  #begin(result: number): readonly FindingDraft[] {
    if (result === this.#result) return [];
    const rest = this.#release('');
    this.#result = result;
    this.#file = null;
    return rest;
  }

  #release(file: string): readonly FindingDraft[] {
    const rest = this.#waiting.map((draft) => inFile(draft, file));
    this.#waiting = [];
    return rest;
  }
}

function inFile(draft: FindingDraft, file: string): FindingDraft {
  const { component } = draft;
  const place = component === null ? file : placeOfComponent(component, file);
  return { ...draft, target: file, place, location: locationOf(file, null) };
}

/** Images are scanned as `docker:name:tag`; lock files are given with the folder of the machine, which the run's place says. */
function fileOf(path: string): string {
  return storableText(path, maxPurlLength);
}

import { jsonPathOf, type PickedValue } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import { severityOfWord } from '../advisories/severity-words.js';
import { fieldOf } from '../text/json-fields.js';
import type { FindingDraft } from './finding-draft.js';
import { advisoryOf, vulnerabilityOf } from './npm-audit-findings.js';
import { type ElementTaker, objectOf, readElements, type ReportReader, type ReportSummary } from './report-reader.js';

const paths = ['auditReportVersion', 'advisories.{}', 'vulnerabilities.{}', 'metadata'];

/**
 * `npm audit --json`: a map of advisories by number (npm 6, and pnpm, which writes the same), or of packages by name (npm 7 and
 * later). `entries` counts advisories there and packages here, as npm's totals do those too that are only affected by what they
 * depend on.
 */
export const npmAuditReport: ReportReader = {
  tool: 'npm-audit',
  recognises: (outline) =>
    outline.has('auditReportVersion') ||
    (outline.has('advisories') &&
      (outline.has('metadata.vulnerabilities.moderate') || outline.has('actions.*.resolves') || outline.has('muted'))),
  async read(source, sink) {
    const reading = new NpmAuditReading();
    await readElements(source, paths, reading, sink);
    return reading.summary();
  },
};

class NpmAuditReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  #isRecognised = false;

  /** Neither npm's version nor the project is said. */
  summary(): ReportSummary {
    const [isRecognised, entries] = [this.#isRecognised, this.#entries];
    return { tool: npmAuditReport.tool, toolVersion: null, target: '', isRecognised, entries, warnings: [] };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    const { path, value } = element;
    if (path === 'metadata') this.#isRecognised ||= fieldOf(value, 'vulnerabilities') !== undefined;
    if (path === 'auditReportVersion') this.#isRecognised = true;
    if (!path.endsWith('{}')) return [];
    this.#isRecognised = true;
    const entry = objectOf(element);
    const field = jsonPathOf(element);
    const name = String(element.at.at(-1));
    this.#entries[severityOfWord(fieldOf(entry, 'severity'))] += 1;
    return path === 'advisories.{}' ? advisoryOf(entry, field) : vulnerabilityOf(entry, name, field);
  }
}

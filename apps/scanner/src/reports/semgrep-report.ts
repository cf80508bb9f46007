import { jsonPathOf, type PickedValue } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import { maxVersionLength } from '../limits.js';
import { storableText } from '../text/storable-text.js';
import type { FindingDraft } from './finding-draft.js';
import { type ElementTaker, objectOf, readElements, type ReportReader, type ReportSummary } from './report-reader.js';
import { dependencyOf, isSuppressed, platformFindingOf, resultOf } from './semgrep-findings.js';

/** The CLI's results, the findings and the dependencies of semgrep's platform, and the mark of a scan that was switched off. */
const paths = ['version', 'SAST_SCAN', 'results.*', 'errors', 'findings.*', 'vulns.*'];

/** Members of the CLI's report; an empty one shows nothing else. */
const frame: ReadonlySet<string> = new Set([
  'version',
  'results',
  'errors',
  'paths',
  'time',
  'explanations',
  'rules_by_engine',
  'engine_requested',
  'interfile_languages_used',
  'skipped_rules',
  'profiling_results',
  'subprojects',
  'mcp_scan_results',
]);

/**
 * semgrep's JSON (`--json`), what its platform's API answers (`findings` of code, `vulns` of dependencies), and what PatchHound
 * sends where SAST is switched off, `{"SAST_SCAN":false,"results":[]}`.
 */
export const semgrepReport: ReportReader = {
  tool: 'semgrep',
  recognises: (outline) =>
    outline.has('results.*.check_id') ||
    outline.has('SAST_SCAN') ||
    (outline.has('findings.*.rule_name') && outline.has('findings.*.match_based_id')) ||
    (outline.has('vulns.*.advisory.ruleId') && outline.has('vulns.*.matchedDependency')) ||
    isEmptyReport(outline),
  async read(source, sink) {
    const reading = new SemgrepReading();
    await readElements(source, paths, reading, sink);
    return reading.summary();
  },
};

function isEmptyReport(outline: ReadonlySet<string>): boolean {
  const top = [...outline].filter((path) => !path.includes('.'));
  const hasResults = [...outline].some((path) => path.startsWith('results.'));
  return !hasResults && outline.has('results') && outline.has('errors') && top.every((name) => frame.has(name));
}

class SemgrepReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  #version: string | null = null;
  #isRecognised = false;
  #isOff = false;
  #suppressed = 0;

  summary(): ReportSummary {
    const warnings = [
      ...(this.#isOff ? ['semgrep was switched off: SAST_SCAN is false'] : []),
      ...(this.#suppressed === 0 ? [] : [`${this.#suppressed} results were suppressed in semgrep itself`]),
    ];
    const { tool } = semgrepReport;
    const [toolVersion, isRecognised, entries] = [this.#version, this.#isRecognised, this.#entries];
    return { tool, toolVersion, target: '', isRecognised, entries, warnings };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    const { path, value } = element;
    if (path === 'version') {
      this.#version = typeof value === 'string' ? storableText(value, maxVersionLength) : null;
      return [];
    }
    if (path === 'SAST_SCAN' || path === 'errors') {
      this.#isOff ||= path === 'SAST_SCAN' && value === false;
      this.#isRecognised = true;
      return [];
    }
    const entry = objectOf(element);
    const field = jsonPathOf(element);
    const draft =
      path === 'results.*'
        ? resultOf(entry, field)
        : path === 'vulns.*'
          ? dependencyOf(entry, field)
          : platformFindingOf(entry, field);
    if (draft === null) return [];
    this.#isRecognised = true;
    this.#entries[draft.severity] += 1;
    if (!isSuppressed(entry)) return [draft];
    this.#suppressed += 1;
    return [];
  }
}

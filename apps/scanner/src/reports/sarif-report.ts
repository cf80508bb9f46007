import { jsonPathOf, type PickedValue } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import {
  maxPurlLength,
  maxReadDetailChars,
  maxSarifRules,
  maxVersionLength,
  maxWaitingMessageLength,
} from '../limits.js';
import { storableText } from '../text/storable-text.js';
import type { FindingDraft } from './finding-draft.js';
import { type ElementTaker, objectOf, readElements, type ReportReader, type ReportSummary } from './report-reader.js';
import { draftOfResult } from './sarif-findings.js';
import { readResult, readRule, type SarifResult, type SarifRule } from './sarif-result.js';

const paths = [
  'version',
  'runs.*.tool.driver.name',
  'runs.*.tool.driver.version',
  'runs.*.tool.driver.semanticVersion',
  'runs.*.tool.driver.rules.*',
  'runs.*.tool.extensions.*.rules.*',
  'runs.*.results.*',
];

/**
 * SARIF 2.1.0 (OASIS, sarif-v2.1.0-os), which most tools can write. The run's driver is the engine; what kind of finding its results
 * are follows from the rule and the driver (`kindOfResult`). Results that passed or do not apply, that the tool suppressed (§3.27.23)
 * or that are gone since the baseline (§3.27.24) are no findings.
 */
export const sarifReport: ReportReader = {
  tool: 'sarif',
  recognises: (outline) =>
    (outline.has('runs') && (outline.has('version') || outline.has('$schema'))) ||
    outline.has('runs.*.tool') ||
    outline.has('runs.*.results.*.message'),
  async read(source, sink) {
    const reading = new SarifReading();
    await readElements(source, paths, reading, sink);
    return reading.summary();
  },
};

/** What is known of the run that is being read. */
class Run {
  name = '';
  version = '';
  /** Rules by id and, those of the driver, by their place in the list. */
  readonly byId = new Map<string, SarifRule>();
  readonly byIndex: SarifRule[] = [];
  /** Results that were read before the run's rules, as where `results` stands before `tool`. */
  waiting: SarifResult[] = [];

  constructor(readonly index: number) {}

  addRule(rule: SarifRule, isDriver: boolean): void {
    if (this.byId.size >= maxSarifRules) return;
    this.byId.set(rule.id, rule);
    if (isDriver) this.byIndex.push(rule);
  }

  /** §3.52: by id, where it may have a part for the result alone behind a slash; else by index. */
  ruleOf({ ruleId, ruleIndex }: SarifResult): SarifRule | undefined {
    const slash = ruleId.lastIndexOf('/');
    const byId = this.byId.get(ruleId) ?? (slash > 0 ? this.byId.get(ruleId.slice(0, slash)) : undefined);
    return byId ?? (ruleId === '' && ruleIndex >= 0 ? this.byIndex[ruleIndex] : undefined);
  }
}

class SarifReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  readonly #names = new Set<string>();
  readonly #versions = new Set<string>();
  #run = new Run(-1);
  #isRecognised = false;
  #suppressed = 0;
  #waitingChars = 0;

  summary(): ReportSummary {
    const warnings = this.#suppressed === 0 ? [] : [`${this.#suppressed} results were suppressed in the tool itself`];
    const [version, ...others] = this.#versions;
    return {
      tool: sarifReport.tool,
      toolVersion: version === undefined || others.length > 0 ? null : version,
      // Different tools write SARIF; each is a slot of its own in a run.
      target: storableText([...this.#names].toSorted().join(' + '), maxPurlLength),
      isRecognised: this.#isRecognised,
      entries: this.#entries,
      warnings,
    };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    if (element.path === 'version') {
      this.#isRecognised ||= element.value === '2.1.0';
      return [];
    }
    this.#isRecognised = true;
    const before = this.#begin(Number(element.at[0]));
    const part = element.path.slice('runs.*.'.length);
    if (part === 'results.*')
      return [...before, ...this.#takeResult(readResult(objectOf(element), jsonPathOf(element)))];
    if (part.endsWith('rules.*')) this.#run.addRule(readRule(objectOf(element)), part.startsWith('tool.driver'));
    else this.#takeName(part, element.value);
    return before;
  }

  /** A run may have no results: null says that it failed before it had any. */
  misplaced(path: string): void {
    this.#isRecognised ||= path.startsWith('runs');
  }

  end(): readonly FindingDraft[] {
    return this.#begin(-1);
  }

  #takeName(part: string, value: unknown): void {
    if (typeof value !== 'string') return;
    if (part === 'tool.driver.name') {
      this.#run.name = storableText(value.trim(), maxVersionLength);
      this.#names.add(this.#run.name);
    } else if (part === 'tool.driver.version' || this.#run.version === '') {
      this.#run.version = storableText(value.trim(), maxVersionLength);
    }
  }

  /** Results wait for the end of their run: its rules may stand behind them. */
  #takeResult(result: SarifResult): readonly FindingDraft[] {
    if (this.#run.name !== '' && this.#run.byId.has(result.ruleId)) return this.#finish(result);
    this.#run.waiting.push(this.#shortened(result));
    return [];
  }

  /** Waiting results keep their message as far as memory goes, and where they are no findings not at all. */
  #shortened(result: SarifResult): SarifResult {
    if (!result.isFinding || result.isSuppressed) return { ...result, message: '' };
    this.#waitingChars += result.message.length;
    if (this.#waitingChars <= maxReadDetailChars) return result;
    return { ...result, message: storableText(result.message, maxWaitingMessageLength) };
  }

  #begin(index: number): readonly FindingDraft[] {
    if (index === this.#run.index) return [];
    const findings = this.#run.waiting.flatMap((result) => this.#finish(result));
    if (this.#run.version !== '') this.#versions.add(this.#run.version);
    this.#run = new Run(index);
    return findings;
  }

  #finish(result: SarifResult): readonly FindingDraft[] {
    const draft = draftOfResult(result, this.#run.ruleOf(result), this.#run.name);
    this.#entries[draft.severity] += 1;
    if (result.isSuppressed) this.#suppressed += 1;
    return result.isFinding && !result.isSuppressed ? [draft] : [];
  }
}

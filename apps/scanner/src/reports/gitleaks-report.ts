import type { PickedValue } from '@assay/documents';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import { maxPurlLength } from '../limits.js';
import { fieldOf, type JsonObject, textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import { fingerprintOf, idIn, locationOf, referencesOf, titleOf } from './draft-fields.js';
import { emptyDraft, type FindingDraft } from './finding-draft.js';
import { type ElementTaker, objectOf, readElements, type ReportReader, type ReportSummary } from './report-reader.js';

/**
 * gitleaks' JSON: an array of leaks, as version 8 writes them (`RuleID`, `File`, `StartLine`) and as 7 did (`rule`, `file`,
 * `lineNumber`); `null` or `[]` where there are none. Of a leak only its place is taken: never the secret, the match, the line
 * or the message of the commit, all of which may hold it.
 */
export const gitleaksReport: ReportReader = {
  tool: 'gitleaks',
  recognises: (outline) =>
    (outline.has('*.RuleID') && outline.has('*.Secret')) || (outline.has('*.offender') && outline.has('*.rule')),
  async read(source, sink) {
    const reading = new GitleaksReading();
    await readElements(source, ['*'], reading, sink);
    return reading.summary();
  },
};

class GitleaksReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  #count = 0;
  #leaks = 0;

  summary(): ReportSummary {
    const [isRecognised, entries] = [this.#count === 0 || this.#leaks > 0, this.#entries];
    return { tool: gitleaksReport.tool, toolVersion: null, target: '', isRecognised, entries, warnings: [] };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    this.#count += 1;
    const draft = draftOf(objectOf(element));
    if (draft === null) return [];
    this.#leaks += 1;
    this.#entries[draft.severity] += 1;
    return [draft];
  }
}

/** Null for what is no leak. */
function draftOf(leak: JsonObject): FindingDraft | null {
  const ruleId = idIn(leak, 'RuleID') || idIn(leak, 'rule');
  const file = textOf(leak, 'File') || textOf(leak, 'file');
  if (ruleId === '' || file === '') return null;
  const commit = textOf(leak, 'Commit') || textOf(leak, 'commit');
  return {
    ...emptyDraft,
    kind: 'secret',
    ruleId,
    severity: 'high',
    title: titleOf(textOf(leak, 'Description') || ruleId),
    target: storableText(file, maxPurlLength),
    // A commit never changes, so that a leak in the history stays the same one whatever is pushed after it.
    place: storableText(commit === '' ? file : `${file}@${commit}`, maxPurlLength),
    references: referencesOf([fieldOf(leak, 'Link'), fieldOf(leak, 'leakURL')]),
    location: locationOf(file, fieldOf(leak, 'StartLine') ?? fieldOf(leak, 'lineNumber')),
    fingerprint: fingerprintOf(fieldOf(leak, 'Fingerprint')),
  };
}

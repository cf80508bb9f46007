import { jsonPathOf, type PickedValue } from '@assay/documents';
import { noCounts, type Severity, type SeverityCounts } from '@assay/kernel';
import { type CvssRating, rateVector } from '../advisories/cvss.js';
import { severityOfWord } from '../advisories/severity-words.js';
import { maxPurlLength, maxVersionLength } from '../limits.js';
import { fieldOf, isObject, type JsonObject, listOf, textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import {
  componentOf,
  descriptionOf,
  distinctIds,
  firstLineOf,
  idIn,
  imageWithoutTag,
  locationOf,
  placeOfComponent,
  referencesOf,
  textAt,
} from './draft-fields.js';
import { emptyDraft, type FindingDraft } from './finding-draft.js';
import {
  type ElementTaker,
  listAt,
  objectAt,
  objectOf,
  readElements,
  type ReportReader,
  type ReportSummary,
} from './report-reader.js';

const paths = ['matches.*', 'source', 'descriptor.name', 'descriptor.version'];

/**
 * grype's JSON (`-o json`), of all versions since 0.1: `matches` of a vulnerability and an artifact. Tools that were made of grype
 * write the same frame (xeol); the `descriptor` at the end says who it was.
 */
export const grypeReport: ReportReader = {
  tool: 'grype',
  recognises: (outline) =>
    outline.has('matches.*.vulnerability') ||
    (outline.has('matches') && !outline.has('matches.*.Cycle') && says(outline)),
  async read(source, sink) {
    const reading = new GrypeReading();
    await readElements(source, paths, reading, sink);
    return reading.summary();
  },
};

/** An empty report shows its whole frame at once. */
function says(outline: ReadonlySet<string>): boolean {
  return (
    ['source', 'descriptor', 'descriptor.name'].every((path) => outline.has(path)) && !outline.has('matches.*.artifact')
  );
}

class GrypeReading implements ElementTaker {
  readonly #entries: SeverityCounts = noCounts();
  #name: string | null = null;
  #version: string | null = null;
  #target = '';
  #hasMatches = false;

  summary(): ReportSummary {
    // Before it said its name, nobody else wrote such matches.
    const isRecognised = this.#name === null ? this.#hasMatches : this.#name === 'grype';
    const { tool } = grypeReport;
    const [toolVersion, target, entries] = [this.#version, this.#target, this.#entries];
    return { tool, toolVersion, target, isRecognised, entries, warnings: [] };
  }

  take(element: PickedValue): readonly FindingDraft[] {
    const { path, value } = element;
    if (path === 'source') this.#target = targetOf(value);
    else if (path === 'descriptor.name') this.#name = typeof value === 'string' ? value.toLowerCase() : '';
    else if (path === 'descriptor.version') this.#version = versionOf(value);
    else return this.#takeMatch(objectOf(element), jsonPathOf(element));
    return [];
  }

  misplaced(path: string): void {
    this.#hasMatches ||= path === 'matches';
  }

  #takeMatch(match: JsonObject, field: string): readonly FindingDraft[] {
    this.#hasMatches = true;
    const vulnerability = objectAt(match, 'vulnerability', field) ?? {};
    const artifact = objectAt(match, 'artifact', field) ?? {};
    const related = listAt(match, 'relatedVulnerabilities', field);
    const draft = draftOf(vulnerability, artifact, related);
    this.#entries[draft.severity] += 1;
    return draft.vulnerabilityId === '' ? [] : [draft];
  }
}

function draftOf(vulnerability: JsonObject, artifact: JsonObject, related: readonly unknown[]): FindingDraft {
  const id = idIn(vulnerability, 'id');
  const component = componentOf(
    textOf(artifact, 'purl'),
    textOf(artifact, 'name'),
    textOf(artifact, 'version'),
    distinctIds(listOf(fieldOf(vulnerability, 'fix'), 'versions')).join(', '),
  );
  const file = textOf(listOf(artifact, 'locations')[0], 'path');
  // What grype relates to a match is the NVD's record of the same flaw; a distribution's advisory may cover several.
  const same = id.startsWith('GHSA-') ? distinctIds(related.map((each) => fieldOf(each, 'id'))) : [];
  const rating = ratingOf([vulnerability, ...related]);
  const description = descriptionOf(
    [vulnerability, ...related].map((each) => textOf(each, 'description')).find((text) => text !== '') ?? '',
  );
  return {
    ...emptyDraft,
    kind: 'vulnerability',
    vulnerabilityId: id,
    aliases: same.filter((alias) => alias.startsWith('CVE-')),
    severity: severityOf(vulnerability, rating),
    score: rating?.score ?? null,
    vector: rating?.vector ?? null,
    title: firstLineOf(description),
    component,
    target: storableText(file, maxPurlLength),
    place: placeOfComponent(component, file),
    description,
    references: referencesOf([
      fieldOf(vulnerability, 'dataSource'),
      ...listOf(vulnerability, 'urls'),
      ...listOf(vulnerability, 'links'),
    ]),
    location: locationOf(file, null),
  };
}

function severityOf(vulnerability: JsonObject, rating: CvssRating | null): Severity {
  const word = severityOfWord(fieldOf(vulnerability, 'severity'));
  return word === 'unknown' ? (rating?.severity ?? 'unknown') : word;
}

/** The newest CVSS vector of the match's own record, else of one it relates to. */
function ratingOf(records: readonly unknown[]): CvssRating | null {
  for (const record of records) {
    const vectors = listOf(record, 'cvss').map((entry) => textOf(entry, 'vector'));
    for (const prefix of ['CVSS:4', 'CVSS:3', '']) {
      for (const vector of vectors) {
        const rating = vector.startsWith(prefix) ? rateVector(vector) : null;
        if (rating !== null) return rating;
      }
    }
  }
  return null;
}

/** An image's name without its tag, a folder or a file as it was given; early versions put it between quotes. */
function targetOf(source: unknown): string {
  const target = fieldOf(source, 'target');
  if (isObject(target)) return imageWithoutTag(textAt(target, 'userInput'));
  return typeof target === 'string' ? storableText(target.trim().replaceAll(/^"|"$/g, ''), maxPurlLength) : '';
}

function versionOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' || text === '[not provided]' ? null : storableText(text, maxVersionLength);
}

import { jsonPathOf, type MisplacedValue, pickElementBatches, type PickedValue } from '@assay/documents';
import type { SeverityCounts } from '@assay/kernel';
import { refuse, refuseType } from '../scanner.errors.js';
import { fieldOf, isObject, type JsonObject } from '../text/json-fields.js';
import type { FindingDraft } from './finding-draft.js';

/** Takes findings as they are read; what it was given counts only when `read` has resolved. */
export type FindingSink = (findings: readonly FindingDraft[]) => Promise<void> | void;

/** What is known of a report besides its findings. */
export interface ReportSummary {
  readonly tool: string;
  /** Null where the report does not say. */
  readonly toolVersion: string | null;
  /**
   * What the report is about, empty where it does not say: an image without its tag, a folder, the tool behind a SARIF file. Two
   * reports of one tool in one run that differ here stand beside each other; with the same one the newer replaces the older.
   */
  readonly target: string;
  /** False if nothing in the document marks it as a report of this tool; the caller decides what that means. */
  readonly isRecognised: boolean;
  /** Every entry of the report by severity, with duplicates and with what is no finding: what a dialect's reply counts. */
  readonly entries: SeverityCounts;
  /** For people: a scan that was switched off, results that the tool itself suppressed. */
  readonly warnings: readonly string[];
}

/** How one tool's reports are read. A new tool is a new file like `grype-report.ts` and one entry in `report-readers.ts`. */
export interface ReportReader {
  /** The word in `/api/v1/ingest/reports/{tool}`. */
  readonly tool: string;
  /**
   * Could a document whose beginning shows these paths (`outlineOf`) be a report of the tool? For routes that do not say which.
   * It must not be true of another tool's report; a report that says nothing of itself may stay unrecognised.
   */
  recognises(outline: ReadonlySet<string>): boolean;
  /**
   * Reads the report from a stream of UTF-8 bytes. Throws what `@assay/documents` throws on bad syntax, and
   * `scanner.report-not-recognised` and `scanner.wrong-type` on bad meaning, with the JSON path in the message.
   */
  read(source: AsyncIterable<Uint8Array>, sink: FindingSink): Promise<ReportSummary>;
}

/** What a reader makes of the elements at its paths. */
export interface ElementTaker {
  /** The findings that this element completes. */
  take(element: PickedValue): readonly FindingDraft[];
  /** Null stands where a list should. */
  misplaced?(path: string): void;
  /** The findings that waited for the end of the document. */
  end?(): readonly FindingDraft[];
}

/**
 * Hands the elements at `paths` to the taker and its findings to the sink, a window of the document at a time. Where a list
 * should be there may be null, as tools write where they found nothing; anything else is refused.
 */
export async function readElements(
  source: AsyncIterable<Uint8Array>,
  paths: readonly string[],
  taker: ElementTaker,
  sink: FindingSink,
): Promise<void> {
  for await (const batch of pickElementBatches(source, paths)) {
    const findings: FindingDraft[] = [];
    for (const element of batch) {
      if (element.wrongType === undefined) findings.push(...taker.take(element));
      else {
        refuseMisplaced(element, paths);
        taker.misplaced?.(element.path);
      }
    }
    if (findings.length > 0) await sink(findings);
  }
  const rest = taker.end?.() ?? [];
  if (rest.length > 0) await sink(rest);
}

function refuseMisplaced(element: MisplacedValue, paths: readonly string[]): void {
  const { path, wrongType } = element;
  if (wrongType === 'null') return;
  if (path === '') throw refuse('scanner.report-not-recognised', '$', `is no report but ${wrongType}`);
  const isList = paths.some((each) => each.startsWith(`${path}.*`));
  throw refuse('scanner.wrong-type', jsonPathOf(element), `must be an ${isList ? 'array' : 'object'}, is ${wrongType}`);
}

/** The element's value, which must be an object. */
export function objectOf(element: PickedValue): JsonObject {
  if (!isObject(element.value)) throw refuseType(jsonPathOf(element), 'an object', element.value);
  return element.value;
}

/** The list at a field; none where it is absent or null. `field` is the JSON path of `value`. */
export function listAt(value: JsonObject, name: string, field: string): readonly unknown[] {
  const list = fieldOf(value, name);
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw refuseType(`${field}.${name}`, 'an array', list);
  return list;
}

/** The object at a field; null where it is absent or null. */
export function objectAt(value: JsonObject, name: string, field: string): JsonObject | null {
  const object = fieldOf(value, name);
  if (object === undefined || object === null) return null;
  if (!isObject(object)) throw refuseType(`${field}.${name}`, 'an object', object);
  return object;
}

/** The objects of the list at a field, each with its JSON path. */
export function objectsAt(value: JsonObject, name: string, field: string): (readonly [JsonObject, string])[] {
  return listAt(value, name, field).map((entry, index) => {
    const at = `${field}.${name}[${index}]`;
    if (!isObject(entry)) throw refuseType(at, 'an object', entry);
    return [entry, at] as const;
  });
}

import { ByteSpan } from './byte-span.js';
import { JsonGuard } from './json-guard.js';
import { jsonLimits, maxShownNameLength, scanWindowBytes, type JsonLimits } from './limits.js';
import { PathFollower, type JsonType, type PickSink, type PlacesInPath } from './path-follower.js';
import { compilePaths } from './pick-paths.js';

/** A value that was looked for. */
export interface PickedValue {
  /** The path as the caller wrote it, `components.*` for example. */
  readonly path: string;
  /** Place in the innermost array the path goes through, from 0; undefined if it goes through none. */
  readonly index: number | undefined;
  /** What each wildcard of the path stood for: run and result of `runs.*.results.*`, the name of `advisories.{}`. */
  readonly at: PlacesInPath;
  /** What `JSON.parse` makes of the value's bytes. A member `__proto__` is an own property and sets no prototype. */
  readonly value: unknown;
  readonly wrongType?: undefined;
}

/** A place where the path goes on but the document has something else, so that the caller can name it. */
export interface MisplacedValue {
  /** Where: `components` if the caller asked for `components.*`; empty for the document itself. */
  readonly path: string;
  /** What stands there. `null` is often a tool's way to write an empty list. */
  readonly wrongType: JsonType;
  readonly at: PlacesInPath;
  readonly index?: undefined;
  readonly value?: undefined;
}

export type PickedElement = PickedValue | MisplacedValue;

/**
 * The values at `paths`, in the order of the document, while it streams by: never more of it is held than one window of
 * 64 KiB and one value of at most `maxElementBytes`. A path is names joined by dots, `*` for every item of an array, `{}`
 * for every member of an object: `specVersion`, `components.*`, `trivy_report.Results.*`, `advisories.{}`, `*`. A path that
 * leads nowhere yields nothing.
 *
 * Duplicate names: in whole values the last one wins, as in `JSON.parse`. A wanted member that stands there twice is
 * yielded twice, and a caller that assigns keeps the last. One that is walked into item by item (`components` of
 * `components.*`) is refused with `documents.duplicate-key`, as items can't be taken back; below `{}` each is yielded, as
 * remembering a document's every name would cost what a stream is to save.
 *
 * The whole document is checked on the way. What was yielded counts only once the generator has ended without an error.
 * Throws the errors of `JsonGuard`, and `documents.element-too-large`.
 */
export async function* pickElements(
  source: AsyncIterable<Uint8Array>,
  paths: readonly string[],
  limits: JsonLimits = jsonLimits,
): AsyncGenerator<PickedElement> {
  for await (const batch of pickElementBatches(source, paths, limits)) yield* batch;
}

/** `pickElements` for lists of thousands: one `await` per window of the document, not per element. No batch is empty. */
export async function* pickElementBatches(
  source: AsyncIterable<Uint8Array>,
  paths: readonly string[],
  limits: JsonLimits = jsonLimits,
): AsyncGenerator<PickedElement[]> {
  const sink = new ElementSink();
  const guard = new JsonGuard(limits, new PathFollower(compilePaths(paths), sink));
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += scanWindowBytes) {
      const window = chunk.subarray(at, at + scanWindowBytes);
      sink.span.enterChunk(window);
      guard.write(window);
      sink.span.leaveChunk();
      if (sink.found.length > 0) yield sink.take();
    }
  }
  guard.end();
  if (sink.found.length > 0) yield sink.take();
}

/** The place of an element in the document as a JSON path: `$.runs[0].results[3]`, `$.advisories["146"]`. */
export function jsonPathOf({ path, at }: Pick<PickedElement, 'path' | 'at'>): string {
  let wildcard = 0;
  const steps = path === '' ? [] : path.split('.');
  const parts = steps.map((step) => {
    if (step !== '*' && step !== '{}') return `.${step}`;
    const place = at[wildcard++];
    return `[${typeof place === 'string' ? JSON.stringify(place.slice(0, maxShownNameLength)) : String(place)}]`;
  });
  return `$${parts.join('')}`;
}

/** Parses each wanted value from its bytes. */
class ElementSink implements PickSink {
  readonly span = new ByteSpan();
  found: PickedElement[] = [];

  openName(offset: number): void {
    this.span.open(offset);
  }

  openValue(offset: number): void {
    this.span.open(offset);
  }

  closeName(offset: number): Uint8Array {
    return this.span.close(offset);
  }

  closeValue(offset: number, path: string, at: PlacesInPath): void {
    const bytes = this.span.close(offset);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const index = at.findLast((place) => typeof place === 'number');
    this.found.push({ path, index, at, value: JSON.parse(text) });
  }

  wrongType(path: string, wrongType: JsonType, at: PlacesInPath): void {
    this.found.push({ path, wrongType, at });
  }

  take(): PickedElement[] {
    const { found } = this;
    this.found = [];
    return found;
  }
}

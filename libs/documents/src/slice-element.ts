import { ByteSpan } from './byte-span.js';
import { refuse } from './documents.errors.js';
import { JsonGuard } from './json-guard.js';
import { jsonLimits, type JsonLimits } from './limits.js';
import { PathFollower, type JsonType, type PickSink } from './path-follower.js';
import { compilePaths } from './pick-paths.js';

/** A slice that is being cut, and what stands beside it. */
export interface Slicing {
  /** The exact bytes of the value, from its first to its last, as views of the source's chunks. To be read once, to its end. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** The values of the members that were asked for beside it, as `JSON.parse` gives them; complete once `pieces` has ended or thrown. */
  readonly beside: Readonly<Record<string, unknown>>;
  /** What the document is where it is no object: there is nothing to cut from then. */
  readonly notAnObject: () => JsonType | undefined;
}

/**
 * The exact bytes of the value at `path` while the document streams by: cuts a report out of its envelope without writing
 * it anew, so that its digest is the digest of what was sent. `path` is names joined by dots (`trivy_report`).
 *
 * The whole document is checked, after the value too: the slice counts only once the generator has ended without an
 * error. Throws the errors of `JsonGuard`, `documents.missing-element`, and `documents.duplicate-key` where a second value
 * would replace what was already given out.
 */
export function sliceElement(
  source: AsyncIterable<Uint8Array>,
  path: string,
  limits: JsonLimits = jsonLimits,
): AsyncIterable<Uint8Array> {
  return sliceBeside(source, path, [], limits).pieces;
}

/** Like `sliceElement`, and keeps the values at `beside` in the same pass: what an envelope says of the report in it. */
export function sliceBeside(
  source: AsyncIterable<Uint8Array>,
  path: string,
  beside: readonly string[],
  limits: JsonLimits = jsonLimits,
): Slicing {
  if (path.includes('*')) throw new RangeError(`one element can be sliced, not every one of "${path}"`);
  const sink = new SliceSink(path);
  const guard = new JsonGuard(limits, new PathFollower(compilePaths([path, ...beside]), sink));
  return { pieces: cut(source, guard, sink), beside: sink.beside, notAnObject: () => sink.rootType };
}

async function* cut(source: AsyncIterable<Uint8Array>, guard: JsonGuard, sink: SliceSink): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    sink.enterChunk(chunk);
    guard.write(chunk);
    const piece = sink.leaveChunk();
    if (piece !== undefined) yield piece;
  }
  guard.end();
  if (!sink.found) throw refuse('documents.missing-element', `The document has no "${sink.path}".`);
}

/** Passes the bytes of one value on, and parses those beside it. */
class SliceSink implements PickSink {
  readonly beside: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  rootType: JsonType | undefined;
  found = false;
  /** Names, and values beside the slice: never open at the same time. */
  private readonly span = new ByteSpan();
  private chunk: Uint8Array = new Uint8Array();
  private base = 0;
  private start = -1;
  private piece: Uint8Array | undefined;

  constructor(readonly path: string) {}

  enterChunk(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.span.enterChunk(chunk);
  }

  /** What of the chunk belongs to the value, if anything. */
  leaveChunk(): Uint8Array | undefined {
    const end = this.base + this.chunk.length;
    if (this.start >= 0) {
      this.cut(end);
      this.start = end;
    }
    this.span.leaveChunk();
    this.base = end;
    const { piece } = this;
    this.piece = undefined;
    return piece;
  }

  openName(offset: number): void {
    this.span.open(offset);
  }

  closeName(offset: number): Uint8Array {
    return this.span.close(offset);
  }

  openValue(offset: number, path: string): void {
    const isSecond = path === this.path ? this.found : path in this.beside;
    // Whoever looks at the first and whoever looks at the last would see two different envelopes.
    if (isSecond) throw refuse('documents.duplicate-key', `The document has "${path}" more than once.`);
    if (path !== this.path) return this.span.open(offset);
    this.found = true;
    this.start = offset;
  }

  closeValue(offset: number, path: string): void {
    if (path === this.path) {
      this.cut(offset);
      this.start = -1;
      return;
    }
    const bytes = this.span.close(offset);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    this.beside[path] = JSON.parse(text);
  }

  wrongType(path: string, type: JsonType): void {
    if (path === '') this.rootType = type;
    const where = path === '' ? 'The document' : `"${path}" of the document`;
    throw refuse('documents.missing-element', `${where} is of type ${type}, so that there is no "${this.path}".`);
  }

  private cut(end: number): void {
    const piece = this.chunk.subarray(this.start - this.base, end - this.base);
    if (piece.length > 0) this.piece = piece;
  }
}

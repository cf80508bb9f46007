import { ByteSpan } from './byte-span.js';
import { refuse } from './documents.errors.js';
import { JsonGuard } from './json-guard.js';
import { jsonLimits, type JsonLimits } from './limits.js';
import { PathFollower, type JsonType, type PickSink } from './path-follower.js';
import { compilePaths } from './pick-paths.js';

/**
 * The exact bytes of the value at `path`, from its first to its last, while the document streams by: cuts a report out
 * of its envelope without writing it anew, so that its digest is the digest of what was sent. The pieces are views of
 * the source's chunks. `path` is names joined by dots (`trivy_report`).
 *
 * The whole document is checked, after the value too: the slice counts only once the generator has ended without an
 * error. Throws the errors of `JsonGuard`, `documents.missing-element`, and `documents.duplicate-key` where a second value
 * would replace what was already given out.
 */
export async function* sliceElement(
  source: AsyncIterable<Uint8Array>,
  path: string,
  limits: JsonLimits = jsonLimits,
): AsyncGenerator<Uint8Array> {
  if (path.includes('*')) throw new RangeError(`one element can be sliced, not every one of "${path}"`);
  const sink = new SliceSink(path);
  const guard = new JsonGuard(limits, new PathFollower(compilePaths([path]), sink));
  for await (const chunk of source) {
    sink.enterChunk(chunk);
    guard.write(chunk);
    const piece = sink.leaveChunk();
    if (piece !== undefined) yield piece;
  }
  guard.end();
  if (!sink.found) throw refuse('documents.missing-element', `The document has no "${path}".`);
}

/** Passes the bytes of one value on. */
class SliceSink implements PickSink {
  private readonly names = new ByteSpan();
  private chunk: Uint8Array = new Uint8Array();
  private base = 0;
  private start = -1;
  private piece: Uint8Array | undefined;
  found = false;

  constructor(private readonly path: string) {}

  enterChunk(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.names.enterChunk(chunk);
  }

  /** What of the chunk belongs to the value, if anything. */
  leaveChunk(): Uint8Array | undefined {
    const end = this.base + this.chunk.length;
    if (this.start >= 0) {
      this.cut(end);
      this.start = end;
    }
    this.names.leaveChunk();
    this.base = end;
    const { piece } = this;
    this.piece = undefined;
    return piece;
  }

  openName(offset: number): void {
    this.names.open(offset);
  }

  closeName(offset: number): Uint8Array {
    return this.names.close(offset);
  }

  openValue(offset: number): void {
    if (this.found) throw refuse('documents.duplicate-key', `The document has "${this.path}" more than once.`);
    this.found = true;
    this.start = offset;
  }

  closeValue(offset: number): void {
    this.cut(offset);
    this.start = -1;
  }

  wrongType(path: string, type: JsonType): void {
    const where = path === '' ? 'The document' : `"${path}" of the document`;
    throw refuse('documents.missing-element', `${where} is of type ${type}, so that there is no "${this.path}".`);
  }

  private cut(end: number): void {
    const piece = this.chunk.subarray(this.start - this.base, end - this.base);
    if (piece.length > 0) this.piece = piece;
  }
}

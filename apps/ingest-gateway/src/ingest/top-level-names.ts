import type { JsonGuard } from '@assay/documents';

type StructureListener = NonNullable<ConstructorParameters<typeof JsonGuard>[1]>;

/** A name longer than this is none that anybody looks for. */
const maxNameBytes = 256;

/** Collects the names of a document's top level while the guard reads it, and keeps nothing else of it. */
export class TopLevelNames implements StructureListener {
  readonly watchedDepth = 1;
  private readonly names = new Set<string>();
  private chunk: Uint8Array = new Uint8Array();
  private base = 0;
  private start = -1;
  /** The beginning of a name that a chunk has cut in two. */
  private carried = '';

  /** Before the guard reads the chunk. */
  enterChunk(chunk: Uint8Array): void {
    this.chunk = chunk;
  }

  /** After it has. */
  leaveChunk(): void {
    const end = this.base + this.chunk.length;
    if (this.start >= 0) {
      this.carried = (this.carried + this.textUntil(end)).slice(0, maxNameBytes);
      this.start = end;
    }
    this.base = end;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  keyStarts(offset: number): void {
    this.start = offset + 1;
    this.carried = '';
  }

  keyEnds(offset: number): void {
    const name = this.carried + this.textUntil(offset - 1);
    if (name.length <= maxNameBytes) this.names.add(name);
    this.start = -1;
  }

  valueStarts(): void {}

  valueEnds(): void {}

  /** Latin-1 keeps one character per byte; the names that are looked for are ASCII. */
  private textUntil(offset: number): string {
    const { buffer, byteOffset } = this.chunk;
    const from = byteOffset + this.start - this.base;
    return Buffer.from(buffer, from, Math.max(0, offset - this.start)).toString('latin1');
  }
}

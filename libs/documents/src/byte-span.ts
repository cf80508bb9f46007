import { refuse } from './documents.errors.js';
import { maxElementBytes } from './limits.js';

/** The bytes between two offsets of a stream, put together again where they lie in several chunks. */
export class ByteSpan {
  private chunk: Uint8Array = new Uint8Array();
  /** Offset of the chunk's first byte. */
  private base = 0;
  /** Where the span begins, or −1 while none is open. */
  private start = -1;
  private carried: Uint8Array[] = [];
  private carriedBytes = 0;

  /** The next chunk; it is looked at until `leaveChunk`. */
  enterChunk(chunk: Uint8Array): void {
    this.chunk = chunk;
  }

  /** Puts aside a copy of what belongs to an open span. */
  leaveChunk(): void {
    const end = this.base + this.chunk.length;
    if (this.start >= 0) {
      this.carry(this.chunk.slice(this.start - this.base));
      this.start = end;
    }
    this.base = end;
  }

  open(offset: number): void {
    this.start = offset;
  }

  /** Ends the span before `offset` and gives its bytes, valid until the next chunk. */
  close(offset: number): Uint8Array {
    const rest = this.chunk.subarray(this.start - this.base, offset - this.base);
    this.start = -1;
    if (this.carried.length === 0) return rest;
    this.carry(rest);
    const whole = Buffer.concat(this.carried, this.carriedBytes);
    this.carried = [];
    this.carriedBytes = 0;
    return whole;
  }

  private carry(piece: Uint8Array): void {
    this.carriedBytes += piece.length;
    if (this.carriedBytes > maxElementBytes) {
      const message = `One element of the document is larger than ${maxElementBytes} bytes, before byte ${this.base}.`;
      throw refuse('documents.element-too-large', message);
    }
    this.carried.push(piece);
  }
}

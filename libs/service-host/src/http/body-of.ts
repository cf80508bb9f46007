import type { Readable } from 'node:stream';

/**
 * The bytes of a request's body. Whoever stops reading early leaves the connection open, which a stream's own iterator
 * would destroy and the answer with it; what still arrives is thrown away, for `patienceMs` at most.
 */
export async function* bodyOf(body: Readable, patienceMs: number): AsyncGenerator<Uint8Array> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } finally {
    if (!body.readableEnded && !body.destroyed) {
      body.resume();
      const tooLong = setTimeout(() => body.destroy(), patienceMs);
      body.once('close', () => clearTimeout(tooLong));
      body.once('end', () => clearTimeout(tooLong));
    }
  }
}

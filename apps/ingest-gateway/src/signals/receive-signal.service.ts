import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { Spool, type SpooledContent } from '@assay/artifacts';
import { decompress } from '@assay/documents';
import { bodyOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { limits } from '../limits.js';

/** The body of a request with one signal: its bytes, or what was spooled of one that is too long to be read. */
export type ReceivedSignalBody =
  { readonly bytes: Buffer; readonly isUtf8: boolean } | { readonly long: SpooledContent };

/** Takes one signal off the wire. */
@Injectable()
export class ReceiveSignal {
  constructor(private readonly spool: Spool) {}

  /** @throws AssayError `documents.too-large` above `signalLargestBytes`, `documents.*` for a wrong encoding */
  async execute(request: FastifyRequest): Promise<ReceivedSignalBody> {
    const { body, headers } = request;
    if (!(body instanceof Readable)) return readable(Buffer.alloc(0));
    const encoding = headers['content-encoding'] ?? '';
    const isShort = Number(headers['content-length']) <= limits.signalBodyBytes;
    if (encoding === '' && isShort) return readable(await allOf(body));
    return this.long(decompress(bodyOf(body, limits.refusedBodyPatienceMs), encoding, limits.signalLargestBytes));
  }

  private async long(source: AsyncGenerator<Uint8Array>): Promise<ReceivedSignalBody> {
    const head: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const { value, done } = await source.next();
      if (done === true) return readable(Buffer.concat(head, bytes));
      head.push(value);
      bytes += value.length;
      if (bytes > limits.signalBodyBytes) return { long: await this.spool.spool(followedBy(head, source)) };
    }
  }
}

async function* followedBy(head: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}

function readable(bytes: Buffer): ReceivedSignalBody {
  return { bytes, isUtf8: isUtf8(bytes) };
}

/** The bytes of a body that said how long it is. A stream's own iterator costs several times as much. */
async function allOf(body: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    body.once('error', reject);
  });
}

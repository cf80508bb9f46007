import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { refuse } from './documents.errors.js';
import {
  compressionRatioGraceBytes,
  maxCompressionRatio,
  maxDocumentBytes,
  maxZstdWindowLog,
  scanWindowBytes,
} from './limits.js';

/** The values of `Content-Encoding` that we read (RFC 9110 §8.4.1, RFC 8878). */
export type ContentEncoding = 'gzip' | 'zstd' | 'identity';

/**
 * The unpacked bytes of a body, as a stream. `encoding` is the header's value in any case; empty means `identity`, and
 * `x-gzip` is `gzip` (RFC 9110 §8.4.1.3). Nothing that unpacks to more than `maxBytes`, or, after the first MiB, to more
 * than 200 times what has arrived, gets through; it is cut off while it unpacks.
 *
 * Throws `AssayError('invalid')` with `documents.unknown-encoding` (at once), `documents.corrupt-compression` (also when the
 * packed stream ends early), `documents.compression-ratio` and `documents.too-large`. Errors of the source pass as they are.
 */
export function decompress(
  source: AsyncIterable<Uint8Array>,
  encoding: string,
  maxBytes: number = maxDocumentBytes,
): AsyncGenerator<Uint8Array> {
  return unpack(source, knownEncoding(encoding), maxBytes);
}

function knownEncoding(encoding: string): ContentEncoding {
  const name = encoding.trim().toLowerCase();
  if (name === '') return 'identity';
  if (name === 'x-gzip') return 'gzip';
  if (name === 'gzip' || name === 'zstd' || name === 'identity') return name;
  const shown = JSON.stringify(encoding.slice(0, 40));
  throw refuse('documents.unknown-encoding', `Content-Encoding ${shown} is not known; use gzip, zstd or identity.`);
}

async function* unpack(
  source: AsyncIterable<Uint8Array>,
  encoding: ContentEncoding,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  let unpackedBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      packedBytes += chunk.length;
      yield chunk;
    }
  }
  for await (const chunk of encoding === 'identity' ? counted() : unpacked(counted(), encoding)) {
    unpackedBytes += chunk.length;
    if (unpackedBytes > maxBytes) {
      throw refuse('documents.too-large', `The document is larger than ${maxBytes} bytes.`);
    }
    if (unpackedBytes > compressionRatioGraceBytes && unpackedBytes > packedBytes * maxCompressionRatio) {
      const message = `The document unpacks to more than ${maxCompressionRatio} times its packed size.`;
      throw refuse('documents.compression-ratio', message);
    }
    yield chunk;
  }
}

async function* unpacked(packed: AsyncIterable<Uint8Array>, encoding: 'gzip' | 'zstd'): AsyncGenerator<Uint8Array> {
  const unpacker =
    encoding === 'gzip'
      ? createGunzip({ chunkSize: scanWindowBytes })
      : createZstdDecompress({
          chunkSize: scanWindowBytes,
          params: { [constants.ZSTD_d_windowLogMax]: maxZstdWindowLog },
        });
  // The pipeline hands a failure of either side to the iteration below; its own callback has nothing to add.
  pipeline(Readable.from(packed, { objectMode: false }), unpacker, () => undefined);
  try {
    yield* unpacker as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!isCompressionError(error)) throw error;
    const message = `The ${encoding} body is corrupt or ends early: ${error.message}.`;
    throw refuse('documents.corrupt-compression', message, error);
  }
}

/** True for the failures of zlib and zstd, which name themselves in `code` (`Z_DATA_ERROR`, `ZSTD_error_…`). */
function isCompressionError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^Z(?:STD)?_/.test(String(error.code));
}

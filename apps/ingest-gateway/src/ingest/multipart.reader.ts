import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '@assay/kernel';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { type GatewayErrorCode, invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';

/** A multipart body (RFC 7578) that has been read: its text fields, and what `receive` made of the part `file`. */
export interface MultipartBody<Received> {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: Received;
}

/**
 * Reads a multipart body as it streams by. Fields may stand before or after the file; further files are passed over.
 *
 * @param receive gets the bytes of the part `file`; what it throws ends the reading and is thrown here
 * @throws AssayError `ingest.bad-multipart`, `ingest.no-document`
 */
export async function readMultipart<Received extends AsyncDisposable>(
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  receive: (file: AsyncIterable<Uint8Array>) => Promise<Received>,
): Promise<MultipartBody<Received>> {
  const parser = parserFor(contentType);
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let received: Promise<Received> | undefined;
  let refusal: unknown;
  parser.on('field', (name, value, _, isCut) => {
    if (isCut) refusal ??= invalid('ingest.bad-multipart', `The field "${name.slice(0, 40)}" is too long.`);
    fields[name] = value;
  });
  parser.on('partsLimit', () => {
    refusal ??= invalid('ingest.bad-multipart', `The body has more than ${limits.multipartMaxParts} parts.`);
  });
  parser.on('file', (name, file) => {
    if (name !== 'file' || received !== undefined) {
      file.resume();
      return;
    }
    received = receive(file);
    received.catch((error: unknown) => {
      refusal ??= asRefusal(error);
      parser.destroy(error instanceof Error ? error : undefined);
    });
  });
  try {
    await pipeline(Readable.from(source, { objectMode: false }), parser);
    if (refusal !== undefined) throw refusal;
    if (received === undefined) throw invalid('ingest.no-document', 'The body has no part "file".');
    return { fields, file: await received };
  } catch (error) {
    void received?.then((file) => file[Symbol.asyncDispose]()).catch(() => undefined);
    throw refusal ?? asRefusal(error);
  }
}

function parserFor(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType } as BusboyHeaders,
      isPartAFile: (name, _, fileName) => name === 'file' || fileName !== undefined,
      limits: {
        parts: limits.multipartMaxParts,
        fieldSize: limits.multipartFieldBytes,
        fieldNameSize: limits.multipartFieldBytes,
      },
    });
  } catch (error) {
    throw badMultipart(error);
  }
}

/** Refusals of ours and failures of the connection pass; everything else is the parser's opinion of the body. */
function asRefusal(error: unknown): unknown {
  const isOfTheConnection = error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
  return error instanceof AssayError || isOfTheConnection ? error : badMultipart(error);
}

function badMultipart(cause: unknown): AssayError<GatewayErrorCode> {
  return new AssayError<GatewayErrorCode>(
    'invalid',
    'ingest.bad-multipart',
    'The body is not valid multipart/form-data.',
    {
      cause,
    },
  );
}

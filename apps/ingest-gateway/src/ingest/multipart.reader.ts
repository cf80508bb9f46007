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

/** One with any number of files, by their names. */
export interface MultipartForm<Received> {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, Received>;
}

/** What a form is read with. */
export interface FormReading<Received> {
  /** The parts that are files, whether they carry a file name or not; further files are passed over. */
  readonly files: readonly string[];
  /** Gets the bytes of such a part, once for each name; what it throws ends the reading and is thrown. */
  readonly receive: (file: AsyncIterable<Uint8Array>, name: string) => Promise<Received>;
  /** Sees each field as it comes; its refusal ends the reading too. */
  readonly onField?: (name: string, value: string) => Promise<void>;
  readonly maxFieldBytes: number;
}

/**
 * Reads a multipart body with one document as it streams by. Fields may stand before or after the file.
 *
 * @param receive gets the bytes of the part `file`
 * @throws AssayError `ingest.bad-multipart`, `ingest.no-document`
 */
export async function readMultipart<Received extends AsyncDisposable>(
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  receive: (file: AsyncIterable<Uint8Array>) => Promise<Received>,
): Promise<MultipartBody<Received>> {
  const maxFieldBytes = limits.multipartFieldBytes;
  const { fields, files } = await readForm(source, contentType, { files: ['file'], receive, maxFieldBytes });
  const file = files.get('file');
  if (file === undefined) throw invalid('ingest.no-document', 'The body has no part "file".');
  return { fields, file };
}

/** Reads a multipart body as it streams by. @throws AssayError `ingest.bad-multipart` */
export async function readForm<Received extends AsyncDisposable>(
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  { files, receive, onField, maxFieldBytes }: FormReading<Received>,
): Promise<MultipartForm<Received>> {
  const parser = parserFor(contentType, files, maxFieldBytes);
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  const received = new Map<string, Promise<Received>>();
  const checks: Promise<void>[] = [];
  const streams: Readable[] = [];
  let refusal: unknown;
  const refuse = (error: unknown): void => {
    refusal ??= asRefusal(error);
    parser.destroy(error instanceof Error ? error : undefined);
  };
  parser.on('field', (name, value, _, isCut) => {
    if (isCut) refusal ??= invalid('ingest.bad-multipart', `The field "${name.slice(0, 40)}" is too long.`);
    fields[name] = value;
    if (onField === undefined) return;
    const check = onField(name, value);
    checks.push(check);
    check.catch(refuse);
  });
  parser.on('partsLimit', () => {
    refusal ??= invalid('ingest.bad-multipart', `The body has more than ${limits.multipartMaxParts} parts.`);
  });
  parser.on('file', (name, file) => {
    if (!files.includes(name) || received.has(name)) {
      file.resume();
      return;
    }
    streams.push(file);
    const receiving = receive(file, name);
    received.set(name, receiving);
    receiving.catch(refuse);
  });
  try {
    await pipeline(Readable.from(source, { objectMode: false }), parser);
    await Promise.all(checks);
    if (refusal !== undefined) throw refusal;
    const names = [...received.keys()];
    const done = await Promise.all(received.values());
    return { fields, files: new Map(names.map((name, at) => [name, done[at]!])) };
  } catch (error) {
    // A part whose rest will never come would be waited for, with its file in the spool, for ever.
    for (const stream of streams) stream.destroy();
    for (const receiving of received.values()) {
      void receiving.then((file) => file[Symbol.asyncDispose]()).catch(() => undefined);
    }
    throw refusal ?? asRefusal(error);
  }
}

function parserFor(contentType: string, files: readonly string[], maxFieldBytes: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType } as BusboyHeaders,
      isPartAFile: (name, _, fileName) => (name !== undefined && files.includes(name)) || fileName !== undefined,
      limits: {
        parts: limits.multipartMaxParts,
        fieldSize: maxFieldBytes,
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

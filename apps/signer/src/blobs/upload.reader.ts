import type { IncomingHttpHeaders } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Spool, type SpooledContent } from '@assay/artifacts';
import { AssayError } from '@assay/kernel';
import { maxParsedBodyBytes } from '@assay/service-host';
import { Busboy } from '@fastify/busboy';
import { Injectable } from '@nestjs/common';
import { BLOB_MAX_BYTES, ENVELOPE_MAX_BYTES } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';

/** A request with a blob: fields by name, and the blob as it was spooled. Whoever asked for it disposes of it. */
export interface Upload extends AsyncDisposable {
  /** Texts as they came; the members of a JSON body are taken as JSON. */
  readonly fields: ReadonlyMap<string, Buffer>;
  readonly blob: SpooledContent | null;
}

/** Fields and files of one form; more are refused. */
const maxParts = 16;

/**
 * Reads what verification and signing are asked about: a JSON object of fields, `multipart/form-data` with the blob as `file`,
 * or the bare blob with its fields in the query.
 */
@Injectable()
export class UploadReader {
  constructor(private readonly spool: Spool) {}

  /** @throws AssayError `signer.upload-malformed`, `signer.blob-too-large` */
  async read(headers: IncomingHttpHeaders, body: Readable | undefined, query: object): Promise<Upload> {
    const fields = new Map(Object.entries(query).map(([name, value]) => [name, Buffer.from(String(value))]));
    const type = headers['content-type'] ?? '';
    if (body === undefined) return uploadOf(fields, null);
    if (/^application\/json(\s*;|$)/i.test(type))
      return uploadOf(new Map([...fields, ...(await fromJson(body))]), null);
    if (/^multipart\/form-data\s*;/i.test(type))
      return this.fromForm({ ...headers, 'content-type': type }, body, fields);
    return uploadOf(fields, await this.spool.spool(body, atMost(BLOB_MAX_BYTES)));
  }

  private async fromForm(
    headers: IncomingHttpHeaders & { 'content-type': string },
    body: Readable,
    fields: Map<string, Buffer>,
  ): Promise<Upload> {
    const blobs: SpooledContent[] = [];
    const reading: Promise<unknown>[] = [];
    const form = new Busboy({ headers, limits: { parts: maxParts, fieldSize: maxParsedBodyBytes } });
    form.on('field', (name, value, _nameTruncated, valueTruncated) => {
      if (valueTruncated) reading.push(Promise.reject(malformed(`The field ${name} is too long.`)));
      fields.set(name, Buffer.from(value));
    });
    form.on('file', (name, file) => {
      // Busboy's streams are of the old kind; through a modern one they can be iterated.
      const stream = file.pipe(new PassThrough());
      const read =
        name === 'file'
          ? this.spool.spool(stream, atMost(BLOB_MAX_BYTES)).then((blob) => blobs.push(blob))
          : bytesOf(stream, ENVELOPE_MAX_BYTES).then((bytes) => fields.set(name, bytes));
      reading.push(read.finally(() => stream.resume()));
    });
    try {
      await pipeline(body, form).catch((cause: unknown) => {
        throw malformed('The form could not be read.', cause);
      });
      await Promise.all(reading);
      if (blobs.length > 1) throw malformed('The form has more than one file.');
      return uploadOf(fields, blobs[0] ?? null);
    } catch (error) {
      await Promise.allSettled(reading);
      await Promise.all(blobs.map((blob) => blob.dispose()));
      throw error;
    }
  }
}

function uploadOf(fields: ReadonlyMap<string, Buffer>, blob: SpooledContent | null): Upload {
  return { fields, blob, [Symbol.asyncDispose]: async () => blob?.dispose() };
}

async function fromJson(body: Readable): Promise<Map<string, Buffer>> {
  const bytes = await bytesOf(body, maxParsedBodyBytes);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw malformed('The body is not valid JSON.', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('The body is no JSON object.');
  const given = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return new Map(
    given.map(([name, each]) => [name, Buffer.from(typeof each === 'string' ? each : JSON.stringify(each))]),
  );
}

async function bytesOf(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const check = atMost(maxBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    check(chunk);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function atMost(maxBytes: number): (chunk: Uint8Array) => void {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return;
    const message = `The body has a part of more than ${maxBytes} bytes.`;
    throw new AssayError<SignerErrorCode>('invalid', 'signer.blob-too-large', message);
  };
}

function malformed(message: string, cause?: unknown): AssayError {
  return new AssayError<SignerErrorCode>('invalid', 'signer.upload-malformed', message, { cause });
}

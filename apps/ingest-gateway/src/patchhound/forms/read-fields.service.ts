import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readForm } from '../../ingest/multipart.reader.js';
import { ReceiveDocument } from '../../ingest/receive-document.service.js';
import { limits } from '../../limits.js';
import { AssayError } from '@assay/kernel';

const multipart = /^multipart\/form-data\b/i;
const urlencoded = /^application\/x-www-form-urlencoded\b/i;

/** The text fields of a form, by name. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** Reads small forms without files, as `curl -d` and `curl -F` send them. */
@Injectable()
export class ReadFields {
  constructor(private readonly receiveDocument: ReceiveDocument) {}

  /** None for a body that is no form: what a route then misses it says itself. @throws AssayError `ingest.bad-multipart`, `documents.too-large` */
  async execute(request: FastifyRequest): Promise<Fields> {
    const contentType = request.headers['content-type'] ?? '';
    if (request.body === undefined) return {};
    const body = bounded(this.receiveDocument.body(request), limits.patchHoundFormBytes);
    if (multipart.test(contentType)) {
      const nothing = { files: [], receive: () => Promise.reject(new Error('no file is taken')) };
      return (await readForm(body, contentType, { ...nothing, maxFieldBytes: limits.patchHoundFieldBytes })).fields;
    }
    const text = await textOf(body);
    return urlencoded.test(contentType) ? Object.fromEntries(new URLSearchParams(text)) : {};
  }
}

/** The bytes, up to a limit. @throws AssayError `documents.too-large` (413) */
export async function* bounded(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new AssayError('invalid', 'documents.too-large', `The body is larger than ${maxBytes} bytes.`);
    }
    yield chunk;
  }
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

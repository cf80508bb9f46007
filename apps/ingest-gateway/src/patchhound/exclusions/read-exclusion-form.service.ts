import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readForm } from '../../ingest/multipart.reader.js';
import { ReceiveDocument } from '../../ingest/receive-document.service.js';
import { limits } from '../../limits.js';
import { bounded, type Fields } from '../forms/read-fields.service.js';

const multipart = /^multipart\/form-data\b/i;
const fileField = 'new_exclusion_file';

/** Reads the form that carries a new exclusion file. It is small, so it is held until its token is checked. */
@Injectable()
export class ReadExclusionForm {
  constructor(private readonly receiveDocument: ReceiveDocument) {}

  /** @throws AssayError `documents.too-large`, `ingest.bad-multipart` */
  async execute(request: FastifyRequest): Promise<{ readonly fields: Fields; readonly file: Buffer | null }> {
    const contentType = request.headers['content-type'] ?? '';
    if (!multipart.test(contentType) || request.body === undefined) return { fields: {}, file: null };
    const body = bounded(this.receiveDocument.body(request), limits.exclusionFormBytes);
    const { fields, files } = await readForm(body, contentType, {
      files: [fileField],
      receive: held,
      maxFieldBytes: limits.multipartFieldBytes,
    });
    return { fields, file: files.get(fileField)?.bytes ?? null };
  }
}

async function held(file: AsyncIterable<Uint8Array>): Promise<AsyncDisposable & { readonly bytes: Buffer }> {
  const bytes = await buffer(file);
  return { bytes, [Symbol.asyncDispose]: () => Promise.resolve() };
}

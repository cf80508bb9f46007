import { Spool, type SpooledContent } from '@assay/artifacts';
import { decompress, JsonGuard, jsonLimits } from '@assay/documents';
import { bodyOf } from '@assay/service-host';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { readMultipart } from './multipart.reader.js';
import { TopLevelNames } from './top-level-names.js';

/** A body that has been received and is well-formed. Whoever has it disposes of it. */
export interface ReceivedDocument extends AsyncDisposable {
  readonly content: SpooledContent;
  /** The text fields of a multipart body; none otherwise. */
  readonly fields: Readonly<Record<string, string>>;
  /** True if the document is an object with this member. */
  readonly has: (name: string) => boolean;
}

const multipart = /^multipart\/form-data\b/i;

/** Takes a document off the wire: unpacks, measures, checks its form and spools it, all while it streams. */
@Injectable()
export class ReceiveDocument {
  constructor(
    private readonly spool: Spool,
    @Inject(INGEST_SETTINGS) private readonly settings: IngestSettings,
  ) {}

  /**
   * The JSON document in a raw body, or in the part `file` of a multipart one.
   *
   * @throws AssayError `documents.*` for its form, `ingest.no-document`, `ingest.bad-multipart`, `artifacts.unavailable`
   */
  async json(request: FastifyRequest): Promise<ReceivedDocument> {
    const names = new TopLevelNames();
    const receive = (source: AsyncIterable<Uint8Array>): Promise<SpooledContent> => this.guarded(source, names);
    const { content, fields } = await this.received(request, receive);
    return {
      content,
      fields,
      has: (name) => names.has(name),
      [Symbol.asyncDispose]: () => content.dispose(),
    };
  }

  /** The document as `json` finds it, whatever its form, which the caller checks. */
  async anyForm(request: FastifyRequest): Promise<Omit<ReceivedDocument, 'has'>> {
    const { content, fields } = await this.received(request, (source) => this.spool.spool(source));
    return { content, fields, [Symbol.asyncDispose]: () => content.dispose() };
  }

  /** The raw body, unpacked, as it is. The caller checks its form. @param maxBytes of a stricter route */
  async raw(request: FastifyRequest, maxBytes?: number): Promise<SpooledContent> {
    return this.spool.spool(this.body(request, maxBytes));
  }

  private async received(
    request: FastifyRequest,
    receive: (source: AsyncIterable<Uint8Array>) => Promise<SpooledContent>,
  ): Promise<{ content: SpooledContent; fields: Readonly<Record<string, string>> }> {
    const contentType = request.headers['content-type'] ?? '';
    if (!multipart.test(contentType)) return { content: await receive(this.body(request)), fields: {} };
    const { file, fields } = await readMultipart(this.body(request), contentType, receive);
    return { content: file, fields };
  }

  private async guarded(source: AsyncIterable<Uint8Array>, names: TopLevelNames): Promise<SpooledContent> {
    const guard = new JsonGuard({ ...jsonLimits, maxDocumentBytes: this.settings.maxDocumentBytes }, names);
    const content = await this.spool.spool(source, (chunk) => {
      names.enterChunk(chunk);
      guard.write(chunk);
      names.leaveChunk();
    });
    try {
      guard.end();
    } catch (error) {
      await content.dispose();
      throw error;
    }
    return content;
  }

  /** The bytes of the body, unpacked, as they come. */
  body(
    { body, headers }: FastifyRequest,
    maxBytes: number = this.settings.maxDocumentBytes,
  ): AsyncGenerator<Uint8Array> {
    if (!(body instanceof Readable)) throw invalid('ingest.no-document', 'The request has no body.');
    return decompress(bodyOf(body, limits.refusedBodyPatienceMs), headers['content-encoding'] ?? '', maxBytes);
  }
}

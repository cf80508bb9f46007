import type { SpooledContent } from '@assay/artifacts';
import { type BenchmarkHead, BenchmarkReader } from '@assay/benchmarks';
import { AssayError } from '@assay/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ReceiveDocument } from '../ingest/receive-document.service.js';
import { invalid } from '../ingest-gateway.errors.js';
import { BENCHMARK_SETTINGS, type BenchmarkSettings } from './benchmarks.settings.js';

/** A submission of a PatchMon agent that has been received. Whoever has it disposes of its content. */
export interface Submission {
  readonly content: SpooledContent;
  readonly head: BenchmarkHead;
}

/** Takes a submission off the wire and reads what it says, its results counted. */
@Injectable()
export class ReadSubmission {
  constructor(
    private readonly receiveDocument: ReceiveDocument,
    private readonly reader: BenchmarkReader,
    @Inject(BENCHMARK_SETTINGS) private readonly settings: BenchmarkSettings,
  ) {}

  /** @throws AssayError `benchmarks.bad-submission` (400), `documents.too-large` (413) and what else is wrong with a body */
  async execute(request: FastifyRequest): Promise<Submission> {
    const content = await this.receiveDocument.raw(request, this.settings.maxSubmissionBytes);
    try {
      const head = await this.reader.readHead('patchmon', () => content.content(), content.size);
      return { content, head };
    } catch (error) {
      await content.dispose();
      throw error instanceof AssayError && error.kind === 'invalid' ? badSubmission(error) : error;
    }
  }
}

/** What the page says of a body that is no JSON, and of one that is something else (`wire/patchmon.md` §3.5). */
function badSubmission({ code, message }: AssayError): AssayError {
  return invalid('benchmarks.bad-submission', code.startsWith('documents.') ? 'Invalid JSON body' : message);
}

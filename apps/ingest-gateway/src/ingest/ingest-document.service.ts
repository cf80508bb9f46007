import type { Origin } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { forbidden, invalid } from '../ingest-gateway.errors.js';
import type { DocumentKind } from '../receipts/receipt.js';
import { mayActOnSubject } from '../receipts/visibility.js';
import { Admission } from './admission.service.js';
import { AwaitVerdict, type AwaitedReceipt } from './await-verdict.service.js';
import type { IngestQueryDto } from './ingest.dto.js';
import { type GivenOrigin, originFields, originHeaders, readOrigin } from './origin.js';
import { repeatableOf } from './repeatable.js';
import { ReceiveDocument } from './receive-document.service.js';

/** What a route takes. */
export interface ExpectedDocument {
  readonly kind: DocumentKind;
  readonly tool: string | null;
  /** The media type of a document with these names at its top level; null for a document that this route does not take. */
  readonly mediaTypeOf: (has: (name: string) => boolean) => string | null;
  /** The formats that it takes, as a refusal says it. */
  readonly takes?: string;
}

/** One document by the platform's own protocol: admitted, received, accepted, and waited for if the caller wants to. */
@Injectable()
export class IngestDocument {
  constructor(
    private readonly admission: Admission,
    private readonly receiveDocument: ReceiveDocument,
    private readonly awaitVerdict: AwaitVerdict,
  ) {}

  /**
   * @throws AssayError `ingest.*`, `documents.*`: nothing has been accepted then; those of `AwaitVerdict`
   */
  async execute(
    request: FastifyRequest,
    query: IngestQueryDto,
    caller: Principal,
    expected: ExpectedDocument,
  ): Promise<AwaitedReceipt> {
    const repeatable = repeatableOf(request);
    const early: GivenOrigin = { ...originHeaders(request.headers), ...originFields({ ...query }) };
    originFor(caller, early, early.repo !== undefined);
    await this.admission.check(caller);

    await using document = await this.receiveDocument.json(request);
    const origin = originFor(caller, { ...originFields(document.fields), ...early }, true);
    const mediaType = expected.mediaTypeOf(document.has);
    if (mediaType === null) {
      const { takes = 'neither CycloneDX nor SPDX' } = expected;
      throw invalid('ingest.unknown-document', `The document is none that this route takes: ${takes}.`);
    }
    const { kind, tool } = expected;
    const { content } = document;
    // Awaited here, as the document is disposed of when this function returns.
    return await this.awaitVerdict.execute(
      { caller, kind, tool, dialect: 'native', origin, documents: [{ role: kind, content, mediaType }], repeatable },
      (query.wait ?? 0) * 1_000,
    );
  }
}

/** What the caller says, if it may. What the address and headers say is checked before the body is read. */
function originFor(caller: Principal, given: GivenOrigin, isScopeKnown: boolean): Origin {
  const reading = readOrigin(given);
  if ('errors' in reading) {
    throw invalid('ingest.bad-origin', 'What is said of the origin is wrong.', reading.errors);
  }
  if (isScopeKnown) mustCover(caller, reading.origin);
  return reading.origin;
}

/** @throws AssayError `ingest.outside-scope` */
export function mustCover(caller: Principal, origin: Origin): void {
  const isLimited = caller.scope.repositories !== null;
  if (!isLimited || (origin.repo !== null && mayActOnSubject(caller, { origin, actor: caller.actor }))) return;
  throw forbidden('ingest.outside-scope', 'This credential is limited to other repositories.');
}

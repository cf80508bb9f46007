import { Spool, type SpooledContent } from '@assay/artifacts';
import { jsonLimits, sliceBeside } from '@assay/documents';
import type { Origin } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { receiptPath } from '../receipts/receipts.dto.js';
import { Admission } from './admission.service.js';
import { AwaitVerdict } from './await-verdict.service.js';
import { mustCover } from './ingest-document.service.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { ReceiveDocument } from './receive-document.service.js';
import {
  type EnvelopeParts,
  missing,
  notADictionary,
  notAnEnvelope,
  notJson,
  type PydanticError,
  readEnvelope,
  secureCaseAnswer,
  type SecureCaseAnswer,
} from './securecase.js';

/** The member of the envelope that holds the report. */
const reportMember = 'trivy_report';
const openBrace = 0x7b;

/** The body of FastAPI's 422. */
export interface PydanticErrors {
  readonly detail: readonly PydanticError[];
}

/** The answer, with our receipt beside it, or the errors of a 422. */
export type SecureCaseReply = { readonly answer: SecureCaseAnswer & { readonly receiptId: string } } | PydanticErrors;

/** An envelope that was cut; without `parts` it is no object or no JSON at all. */
type CutEnvelope =
  | { readonly content: SpooledContent; readonly parts: EnvelopeParts }
  | (PydanticErrors & { readonly parts: EnvelopeParts })
  | PydanticErrors;

/** Receives and cuts envelopes. */
@Injectable()
export class EnvelopeCutter {
  constructor(
    private readonly receiveDocument: ReceiveDocument,
    private readonly spool: Spool,
    @Inject(INGEST_SETTINGS) private readonly settings: IngestSettings,
  ) {}

  /**
   * The report, byte for byte as it was sent, so that its digest is that of what the scanner wrote, and what stands beside
   * it; in one pass, in which the whole envelope is checked. Without a report only what is wrong with the envelope.
   */
  async cut(request: FastifyRequest): Promise<CutEnvelope> {
    const { pieces, beside, notAnObject } = sliceBeside(
      this.receiveDocument.body(request),
      reportMember,
      ['metadata', 'image'],
      this.limits,
    );
    const content = await inPydanticWords(() => this.spool.spool(pieces));
    if (notAnObject() !== undefined) return { detail: [notAnEnvelope()] };
    const parts = { metadata: beside['metadata'], image: beside['image'] };
    return 'detail' in content ? { detail: content.detail, parts } : { content, parts };
  }

  private get limits() {
    return { ...jsonLimits, maxDocumentBytes: this.settings.maxDocumentBytes };
  }
}

/** A trivy report in SecureCase's envelope: accepted, judged, and answered by the rules of SecureCase. */
@Injectable()
export class IngestSecureCase {
  constructor(
    private readonly admission: Admission,
    private readonly cutter: EnvelopeCutter,
    private readonly awaitVerdict: AwaitVerdict,
  ) {}

  /**
   * @throws AssayError as `IngestDocument`; `ingest.still-judging` when there is no verdict in time: a caller that can't
   *   be told a gate must not take silence for an open one
   */
  async execute(request: FastifyRequest, caller: Principal): Promise<SecureCaseReply> {
    await this.admission.check(caller);
    const reading = await this.read(request);
    if ('detail' in reading) return reading;
    const { origin } = reading;
    await using content = reading.content;
    mustCover(caller, origin);
    const { receipt, judgement } = await this.awaitVerdict.execute(
      {
        caller,
        kind: 'report',
        tool: 'trivy',
        dialect: 'securecase',
        origin,
        documents: [{ role: 'report', content, mediaType: 'application/json' }],
        repeatable: null,
      },
      limits.secureCaseWaitSeconds * 1_000,
    );
    if (judgement === null) {
      const message = `The report is accepted but not judged yet (${receiptPath(receipt.id)}).`;
      throw unavailable('ingest.still-judging', message, limits.intakeRetryAfterSeconds);
    }
    return { answer: { ...secureCaseAnswer(origin, judgement.entries), receiptId: receipt.id } };
  }

  /** The report and where it came from, or all that is wrong with the envelope. */
  private async read(
    request: FastifyRequest,
  ): Promise<{ readonly origin: Origin; readonly content: SpooledContent } | PydanticErrors> {
    const cut = await this.cutter.cut(request);
    if (!('parts' in cut)) return cut;
    const reading = readEnvelope(cut.parts);
    const errors = 'errors' in reading ? [...reading.errors] : [];
    if (!('content' in cut)) return { detail: isMissing(cut.detail) ? [...errors, ...cut.detail] : cut.detail };
    const { content } = cut;
    if ((await firstByte(content)) !== openBrace) errors.push(notADictionary(['body', reportMember], null));
    if (errors.length === 0 && 'origin' in reading) return { origin: reading.origin, content };
    await content.dispose();
    return { detail: errors };
  }
}

/** True if the report is all that is missing: of JSON that is none, nothing else can be said. */
function isMissing(detail: readonly PydanticError[]): boolean {
  return detail.every(({ type }) => type === 'missing');
}

async function firstByte(content: SpooledContent): Promise<number | undefined> {
  for await (const chunk of content.content()) if (chunk.length > 0) return chunk[0];
  return undefined;
}

/** What FastAPI would say of a body that is no JSON, or lacks the report; sizes and encodings stay statuses of their own. */
async function inPydanticWords<Result>(read: () => Promise<Result>): Promise<Result | PydanticErrors> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    if (error.code === 'documents.missing-element') return { detail: [missing(['body', reportMember])] };
    const isOfTheForm =
      /^documents\.(syntax|truncated|empty|encoding|duplicate-key|too-deep|too-wide|string-too-long)$/;
    if (isOfTheForm.test(error.code)) return { detail: [notJson(error.message)] };
    throw error;
  }
}

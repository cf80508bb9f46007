import { Spool, type SpooledContent } from '@assay/artifacts';
import { jsonLimits, sliceBeside } from '@assay/documents';
import type { Origin } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { receiptPath } from '../receipts/receipts.dto.js';
import { Admission } from './admission.service.js';
import { AwaitVerdict } from './await-verdict.service.js';
import { mustCover } from './ingest-document.service.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { missing, notADictionary, notAnEnvelope, notJson, type PydanticError } from './pydantic.js';
import { ReceiveDocument } from './receive-document.service.js';
import {
  type EnvelopeParts,
  manyScannersAnswer,
  readEnvelope,
  secureCaseAnswer,
  type SecureCaseAnswer,
} from './securecase.js';
import { readScannerName, scannerOf, type SecureCaseGeneration, writesLists } from './securecase-generations.js';

const openBrace = 0x7b;
const openBracket = 0x5b;

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
  async cut(request: FastifyRequest, { reportMember, namesScanner }: SecureCaseGeneration): Promise<CutEnvelope> {
    const { pieces, beside, notAnObject } = sliceBeside(
      this.receiveDocument.body(request),
      reportMember,
      ['metadata', 'image', ...(namesScanner ? ['scan_provider'] : [])],
      this.limits,
    );
    const content = await inPydanticWords(reportMember, () => this.spool.spool(pieces));
    if (notAnObject() !== undefined) return { detail: [notAnEnvelope()] };
    const parts = { metadata: beside['metadata'], image: beside['image'], scanner: beside['scan_provider'] };
    return 'detail' in content ? { detail: content.detail, parts } : { content, parts };
  }

  private get limits() {
    return { ...jsonLimits, maxDocumentBytes: this.settings.maxDocumentBytes };
  }
}

/** An envelope that is right: its report, what wrote that, and where it came from. */
interface Envelope {
  readonly tool: string;
  readonly origin: Origin;
  readonly content: SpooledContent;
}

/** A report in SecureCase's envelope: accepted, judged, and answered by the rules of SecureCase. */
@Injectable()
export class IngestSecureCase {
  constructor(
    private readonly admission: Admission,
    private readonly cutter: EnvelopeCutter,
    private readonly awaitVerdict: AwaitVerdict,
  ) {}

  /**
   * @throws AssayError as `IngestDocument`; `ingest.unsupported-scanner`; `ingest.still-judging` when there is no verdict in time: a caller that can't
   *   be told a gate must not take silence for an open one
   */
  async execute(
    request: FastifyRequest,
    caller: Principal,
    generation: SecureCaseGeneration,
  ): Promise<SecureCaseReply> {
    await this.admission.check(caller);
    const reading = await this.read(request, generation);
    if ('detail' in reading) return reading;
    const { origin, tool } = reading;
    await using content = reading.content;
    mustCover(caller, origin);
    const { receipt, judgement } = await this.awaitVerdict.execute(
      {
        caller,
        kind: 'report',
        tool,
        dialect: 'securecase',
        origin,
        documents: [{ role: 'report', content, mediaType: 'application/json' }],
        repeatable: null,
      },
      limits.secureCaseWaitSeconds * 1_000,
    );
    if (judgement === null) throw stillJudging(receipt.id);
    const answerOf = generation.namesScanner ? manyScannersAnswer : secureCaseAnswer;
    return { answer: { ...answerOf(origin, judgement.entries), receiptId: receipt.id } };
  }

  /** The envelope, or all that is wrong with it. @throws AssayError `ingest.unsupported-scanner` */
  private async read(request: FastifyRequest, generation: SecureCaseGeneration): Promise<Envelope | PydanticErrors> {
    const cut = await this.cutter.cut(request, generation);
    if (!('parts' in cut)) return cut;
    const errors: PydanticError[] = [];
    const name = generation.namesScanner ? readScannerName(cut.parts.scanner, errors) : 'trivy';
    const reading = readEnvelope(cut.parts);
    if ('errors' in reading) errors.push(...reading.errors);
    if (!('content' in cut)) return { detail: isMissing(cut.detail) ? [...errors, ...cut.detail] : cut.detail };
    const { content } = cut;
    try {
      const starts = [openBrace, ...(writesLists(name) ? [openBracket] : [])];
      if (!starts.includes((await firstByte(content)) ?? 0)) {
        errors.push(notADictionary(['body', generation.reportMember], null));
      }
      if (errors.length === 0 && 'origin' in reading) {
        return { tool: scannerOf(name), origin: reading.origin, content };
      }
    } catch (error) {
      await content.dispose();
      throw error;
    }
    await content.dispose();
    return { detail: errors };
  }
}

/** For a caller that can't be told a verdict yet. */
export function stillJudging(receiptId: Uuid): AssayError {
  const message = `The report is accepted but not judged yet (${receiptPath(receiptId)}).`;
  return unavailable('ingest.still-judging', message, limits.intakeRetryAfterSeconds);
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
async function inPydanticWords<Result>(
  reportMember: string,
  read: () => Promise<Result>,
): Promise<Result | PydanticErrors> {
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

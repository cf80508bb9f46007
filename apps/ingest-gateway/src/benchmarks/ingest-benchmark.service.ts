import { type BenchmarkHead, BenchmarkReader, recogniseForm, recognitionBytes } from '@assay/benchmarks';
import type { SpooledContent } from '@assay/artifacts';
import type { BenchmarkForm } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AwaitVerdict, type AwaitedReceipt } from '../ingest/await-verdict.service.js';
import { Admission } from '../ingest/admission.service.js';
import { isPlainText, originFieldLengths } from '../ingest/origin.js';
import { ReceiveDocument } from '../ingest/receive-document.service.js';
import { repeatableOf } from '../ingest/repeatable.js';
import { forbidden, invalid } from '../ingest-gateway.errors.js';
import type { BenchmarkQueryDto } from './benchmarks.dto.js';
import { FindHost, type FoundHost } from './find-host.service.js';
import { hostOrigin } from './host-origin.js';

const mediaTypes: Readonly<Record<BenchmarkForm, string>> = {
  patchmon: 'application/json',
  xccdf: 'application/xml',
  arf: 'application/xml',
  'docker-bench-json': 'application/json',
  'docker-bench-text': 'text/plain',
};

/** A document that was accepted, what it says, and its scans if they were recorded in time. */
export interface AwaitedBenchmark extends AwaitedReceipt {
  readonly head: BenchmarkHead;
}

/** Results of a benchmark as its tool wrote them: recognised, read for their form, accepted, and waited for if the caller wants to. */
@Injectable()
export class IngestBenchmark {
  constructor(
    private readonly admission: Admission,
    private readonly receiveDocument: ReceiveDocument,
    private readonly reader: BenchmarkReader,
    private readonly findHost: FindHost,
    private readonly awaitVerdict: AwaitVerdict,
  ) {}

  /**
   * @throws AssayError `documents.*`, `benchmarks.*`, `ingest.*`: nothing has been accepted then; those of `AwaitVerdict`
   */
  async execute(request: FastifyRequest, query: BenchmarkQueryDto, caller: Principal): Promise<AwaitedBenchmark> {
    if (caller.scope.repositories !== null && caller.scope.hosts === null) {
      throw forbidden('ingest.outside-scope', 'This credential is limited to repositories.');
    }
    const repeatable = repeatableOf(request);
    const { hostId, hostname } = hostHeaders(request);
    const early = await this.given(caller, { hostId: query.hostId ?? hostId, hostname: query.hostname ?? hostname });
    await this.admission.check(caller);
    await using document = await this.receiveDocument.anyForm(request);
    const { content, fields } = document;
    const given = early ?? (await this.given(caller, fields)) ?? (await this.findHost.ownOf(caller));
    const { form, head } = await this.read(content);
    const { id, name } = given ?? (await this.ofDocument(caller, head));
    // Awaited here, as the document is disposed of when this function returns.
    const awaited = await this.awaitVerdict.execute(
      {
        caller,
        kind: 'benchmark',
        dialect: 'native',
        tool: null,
        origin: hostOrigin(id ?? name ?? ''),
        documents: [{ role: 'benchmark', content, mediaType: mediaTypes[form] }],
        repeatable,
        benchmark: { form, hostId: id, hostname: name, kept: head.scans.map(() => true) },
      },
      (query.wait ?? 0) * 1_000,
    );
    return { ...awaited, head };
  }

  /** The host that the caller names; null for a caller who names none. */
  private async given(caller: Principal, { hostId, hostname }: GivenHost): Promise<FoundHost | null> {
    const name = hostId || hostname || null;
    if (name === null) return null;
    if (name.length > originFieldLengths.hostId || !isPlainText(name)) {
      const message = `must be text of ${originFieldLengths.hostId} characters or fewer, without control characters`;
      throw invalid('ingest.bad-origin', 'What is said of the origin is wrong.', [
        { field: hostId ? 'hostId' : 'hostname', message },
      ]);
    }
    return this.findHost.named(caller, name);
  }

  private async ofDocument(caller: Principal, { host }: BenchmarkHead): Promise<FoundHost> {
    if (host.hostname !== null) return this.findHost.named(caller, host.hostname);
    throw invalid('benchmarks.no-host', 'The document does not say which host it is about; give hostId or hostname.');
  }

  private async read(content: SpooledContent): Promise<{ form: BenchmarkForm; head: BenchmarkHead }> {
    const form = recogniseForm(await beginningOf(content));
    if (form === null) {
      const takes = 'neither results of XCCDF nor an asset report collection nor a report of docker-bench';
      throw invalid('ingest.unknown-document', `The document is none that this route takes: ${takes}.`);
    }
    const head = await this.reader.readHead(form, () => content.content(), content.size);
    // What is inside says more than the first bytes.
    return { form: head.form, head };
  }
}

interface GivenHost {
  readonly hostId?: string | undefined;
  readonly hostname?: string | undefined;
}

function hostHeaders({ headers }: FastifyRequest): GivenHost {
  const { 'x-assay-host-id': hostId = headers['x-assay-hostid'], 'x-assay-hostname': hostname } = headers;
  return { ...textOf('hostId', hostId), ...textOf('hostname', hostname) };
}

function textOf(name: keyof GivenHost, value: unknown): GivenHost {
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}

async function beginningOf(content: SpooledContent): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content.content()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= recognitionBytes) break;
  }
  return Buffer.concat(chunks, size);
}

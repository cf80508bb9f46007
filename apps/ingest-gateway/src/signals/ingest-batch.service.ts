import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { decompress } from '@assay/documents';
import type { Principal } from '@assay/identity';
import { bodyOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Admission } from '../ingest/admission.service.js';
import { Quota } from '../ingest/quota.service.js';
import { invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { letterOf } from './ingest-signal.service.js';
import { judgeSignal, otherContent, type SetAsideReason } from './judge-signal.js';
import { type Arrival, arrivalAt } from './read-signal.js';
import { SetAsideSignals } from './set-aside-signals.service.js';
import { type BatchItem, BatchSplitter } from './signal-splitter.js';
import { TakeInSignals } from './take-in-signals.service.js';

/** A signal of a batch that was set aside: the how manieth, from zero, and why. */
export interface BatchProblem extends SetAsideReason {
  readonly index: number;
}

/** What became of a batch. */
export interface BatchAnswer {
  accepted: number;
  duplicates: number;
  setAside: number;
  /** Of those that were accepted, how many had fields that were shortened or replaced. */
  mended: number;
  /** The first of those that were set aside. */
  readonly problems: BatchProblem[];
}

interface Outcome {
  readonly taken: 'accepted' | 'duplicates' | null;
  readonly isMended: boolean;
  readonly problem: BatchProblem | null;
}

/** Many signals of one request, read while they arrive and committed in groups; one that won't do holds up none. */
@Injectable()
export class IngestBatch {
  constructor(
    private readonly admission: Admission,
    private readonly quota: Quota,
    private readonly takeIn: TakeInSignals,
    private readonly setAside: SetAsideSignals,
  ) {}

  /**
   * Answers when all of it is durable. What came before an error stays, and is known when it is sent again.
   *
   * @throws AssayError `signals.malformed-batch`, `documents.*`, what `Admission` throws; `persistence.unavailable`,
   *   `artifacts.unavailable`
   */
  async execute(request: FastifyRequest, caller: Principal): Promise<BatchAnswer> {
    await this.admission.checkSignals(caller);
    const answer: BatchAnswer = { accepted: 0, duplicates: 0, setAside: 0, mended: 0, problems: [] };
    let pending: Promise<Outcome>[] = [];
    let index = 0;
    for await (const items of itemsOf(request)) {
      const receivedAt = arrivalAt(new Date());
      this.quota.countSignals(caller.tenant, items.length, bytesOf(items));
      for (const item of items) pending.push(this.one(item, index++, caller, receivedAt));
      if (pending.length < limits.batchSliceSignals) continue;
      add(answer, await Promise.all(pending));
      pending = [];
      await this.quota.checkSignals(caller.tenant);
    }
    add(answer, await Promise.all(pending));
    return answer;
  }

  private async one(item: BatchItem, index: number, caller: Principal, receivedAt: Arrival): Promise<Outcome> {
    const { bytes } = item;
    const { tenant, actor } = caller;
    const signal = item.isTooLong ? tooLong() : judgeSignal(bytes, isUtf8(bytes), caller, receivedAt);
    if (!('signal' in signal)) return this.aside(signal, bytes, index, caller);
    const { signalId, hostId, mended } = signal.signal;
    const taken = await this.takeIn.execute({ tenant, actor, lane: 'bulk', draft: signal });
    if (taken === 'other-content') return this.aside(otherContent(hostId, signalId), bytes, index, caller);
    const isNew = taken === 'new';
    return { taken: isNew ? 'accepted' : 'duplicates', isMended: isNew && mended.length > 0, problem: null };
  }

  private async aside(reason: SetAsideReason, bytes: Buffer, index: number, caller: Principal): Promise<Outcome> {
    await this.setAside.execute(letterOf(reason, bytes, caller));
    const { code, message, hostId, signalId } = reason;
    return { taken: null, isMended: false, problem: { index, code, message, hostId, signalId } };
  }
}

/** The signals of a body, as many at a time as a piece of it holds. */
async function* itemsOf({ body, headers }: FastifyRequest): AsyncGenerator<BatchItem[]> {
  if (!(body instanceof Readable)) throw invalid('signals.malformed-batch', 'The request has no body.');
  const splitter = new BatchSplitter(limits.signalBodyBytes);
  const packed = bodyOf(body, limits.refusedBodyPatienceMs);
  for await (const chunk of decompress(packed, headers['content-encoding'] ?? '', limits.signalBatchBytes)) {
    yield splitter.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  yield splitter.end();
}

function bytesOf(items: readonly BatchItem[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function tooLong(): SetAsideReason {
  const message = `A signal has ${limits.signalBodyBytes} bytes at most; of this one the beginning is kept.`;
  return { code: 'signals.too-large', message, hostId: null, signalId: null };
}

function add(answer: BatchAnswer, outcomes: readonly Outcome[]): void {
  for (const { taken, isMended, problem } of outcomes) {
    answer[taken ?? 'setAside'] += 1;
    if (isMended) answer.mended += 1;
    if (problem !== null && answer.problems.length < limits.batchProblemsTold) answer.problems.push(problem);
  }
}

import {
  benchmarkCompletedV1,
  type EventOf,
  gateDecidedV1,
  type Progress,
  receiptFailedV1,
  receiptProgressedV1,
  type StageError,
  vexAppliedV1,
} from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { RecordProgress } from './record-progress.service.js';
import type { StageOfReceipt } from './receipts.store.js';

/** What the services say of the work on receipts. */
@Controller()
export class ReceiptProgressSubscriber {
  constructor(private readonly recordProgress: RecordProgress) {}

  @Subscribe(receiptProgressedV1, {
    durable: 'ingest-gateway-record-progress',
    batch: limits.progressBatchEvents,
    gatherMs: limits.gatherProgressMs,
  })
  async onProgress(events: EventOf<typeof receiptProgressedV1>[], tx: Transaction): Promise<void> {
    await this.recordProgress.stagesEnded(
      tx,
      events.flatMap(({ data: { also = [], ...first } }) =>
        [first, ...also.map((other) => ({ ...first, ...other }))].map((progress) => stageOf(progress, null)),
      ),
    );
  }

  @Subscribe(receiptFailedV1, { durable: 'ingest-gateway-record-failure' })
  async onFailure(event: EventOf<typeof receiptFailedV1>, tx: Transaction): Promise<void> {
    await this.recordProgress.stagesEnded(tx, [stageOf(event.data as Progress, event.data.error)]);
  }

  @Subscribe(vexAppliedV1, { durable: 'ingest-gateway-record-vex', batch: limits.progressBatchEvents })
  async onVexApplied(events: EventOf<typeof vexAppliedV1>[], tx: Transaction): Promise<void> {
    await this.recordProgress.vexApplied(
      tx,
      events.map(({ data: { receiptId, outcome } }) => ({ id: receiptId, outcome })),
    );
  }

  @Subscribe(benchmarkCompletedV1, { durable: 'ingest-gateway-record-benchmark', batch: limits.progressBatchEvents })
  async onBenchmarkCompleted(events: EventOf<typeof benchmarkCompletedV1>[], tx: Transaction): Promise<void> {
    await this.recordProgress.benchmarksCompleted(
      tx,
      events.map(({ data }) => data),
    );
  }

  @Subscribe(gateDecidedV1, {
    durable: 'ingest-gateway-record-verdict',
    batch: limits.progressBatchEvents,
    gatherMs: limits.gatherProgressMs,
  })
  async onGateDecided(events: EventOf<typeof gateDecidedV1>[], tx: Transaction): Promise<void> {
    await this.recordProgress.decided(
      tx,
      events.map(({ data: { receiptId, verdict, entries, scans = null } }) => ({
        receiptId,
        verdict,
        entries,
        scans,
      })),
    );
  }
}

function stageOf({ receiptId, stage, service, at, durationMs }: Progress, error: StageError | null): StageOfReceipt {
  return { receiptId, stage, service, at: new Date(at), durationMs, error };
}

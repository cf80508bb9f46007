import { type EventOf, notificationDeliveredV1, notificationFailedV1, runRecordedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { CompareRuns } from './compare-runs.service.js';
import { type RunAlert, RunAlertsStore } from './run-alerts.store.js';

/** What the history knows beside what judging writes. Nobody waits for it. */
@Controller()
export class HistorySubscriber {
  constructor(
    private readonly compareRuns: CompareRuns,
    private readonly alerts: RunAlertsStore,
  ) {}

  @Subscribe(runRecordedV1, {
    durable: 'case-engine-compare-runs',
    batch: limits.compareBatch,
    gatherMs: limits.gatherComparedMs,
  })
  async onRecorded(events: EventOf<typeof runRecordedV1>[], tx: Transaction): Promise<void> {
    await this.compareRuns.execute(
      tx,
      events.map(({ data }) => data.runId),
    );
  }

  @Subscribe(notificationDeliveredV1, {
    durable: 'case-engine-note-delivered-alerts',
    batch: limits.compareBatch,
    gatherMs: limits.gatherComparedMs,
  })
  async onDelivered(events: EventOf<typeof notificationDeliveredV1>[], tx: Transaction): Promise<void> {
    await this.alerts.save(
      tx,
      events.flatMap((event) => alertOf(event, null)),
    );
  }

  @Subscribe(notificationFailedV1, {
    durable: 'case-engine-note-failed-alerts',
    batch: limits.compareBatch,
    gatherMs: limits.gatherComparedMs,
  })
  async onFailed(events: EventOf<typeof notificationFailedV1>[], tx: Transaction): Promise<void> {
    await this.alerts.save(
      tx,
      events.flatMap((event) => alertOf(event, event.data.error)),
    );
  }
}

/** Nothing for an alert that is about no run. */
function alertOf({ data, time }: EventOf<typeof notificationDeliveredV1>, error: string | null): [] | [RunAlert] {
  const { runId, deliveryId, alertId, channelId, attempt } = data;
  if (runId == null) return [];
  return [{ runId, deliveryId, alertId, channelId, delivered: error === null, attempts: attempt, error, at: time }];
}

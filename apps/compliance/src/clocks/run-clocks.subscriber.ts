import { ArtifactStore } from '@assay/artifacts';
import { type EventOf, findingsJudgedV1, type JudgementChange, judgementChange } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { type Judgement, RunClocks } from './run-clocks.service.js';

type Judged = EventOf<typeof findingsJudgedV1>;

/** Clocks follow judged findings and nothing else. What has no subject is nobody's to fix and starts no clock. */
@Controller()
export class RunClocksSubscriber {
  constructor(
    private readonly runClocks: RunClocks,
    private readonly artifacts: ArtifactStore,
  ) {}

  @Subscribe(findingsJudgedV1, {
    durable: 'compliance-run-clocks',
    batch: limits.clockBatchEvents,
    gatherMs: limits.gatherClocksMs,
    stage: 'clock',
  })
  async onJudged(events: Judged[], tx: Transaction): Promise<void> {
    const judgements: Judgement[] = [];
    for (const event of events) {
      const { subject, openedCount, exceptedCount, resolvedCount } = event.data;
      if (subject === null || openedCount + exceptedCount + resolvedCount === 0) continue;
      const { time, version, correlationid: receiptId, lane, traceparent } = event;
      const change = await this.changeOf(event);
      judgements.push({ subject, change, version, at: new Date(time), receiptId, lane, traceparent });
    }
    await this.runClocks.execute(judgements, tx);
  }

  /** What was judged: in the event, or in the artifact that it names when it did not fit. */
  private async changeOf({ data, tenant }: Judged): Promise<JudgementChange> {
    if (data.change !== null) return data.change;
    if (data.document === null) return { opened: [], excepted: [], resolved: [] };
    const bytes = await this.artifacts.read(tenant, data.document.digest, limits.judgementMaxBytes);
    return judgementChange.parse(JSON.parse(bytes.toString('utf8')));
  }
}

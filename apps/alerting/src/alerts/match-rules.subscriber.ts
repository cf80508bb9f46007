import { ArtifactStore } from '@assay/artifacts';
import {
  accessDeniedV1,
  auditGapV1,
  type EventContract,
  type EventOf,
  exceptionEndedV1,
  exceptionGrantedV1,
  findingsJudgedV1,
  gateDecidedV1,
  type JudgedFinding,
  judgementChange,
  receiptFailedV1,
  runRecordedV1,
  runRescanFailedV1,
  runRescannedV1,
  slaBreachedV1,
  tamperingDetectedV1,
  verificationFailedV1,
} from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { ReceiptSubjects } from '../callers/receipt-subjects.client.js';
import { TellCallers } from '../callers/tell-callers.service.js';
import { toldBy } from '../rescans/rescan-threshold.js';
import { RescanThresholdSettings } from '../rescans/rescan-thresholds.service.js';
import {
  breach,
  failedRescan,
  judgement,
  type NotableEvent,
  plain,
  recordedRun,
  rescannedRun,
  verdict,
} from './notable-event.js';
import { RaiseAlerts } from './raise-alerts.service.js';

type Batch<Contract extends EventContract> = EventOf<Contract>[];

const batch = limits.matchBatchEvents;
const gatherMs = limits.gatherMatchedMs;
const stage = 'notify';

/** Listens to every event that a rule can name. Of findings it hears what was judged, never what was merely found. */
@Controller()
export class MatchRulesSubscriber {
  constructor(
    private readonly raiseAlerts: RaiseAlerts,
    private readonly artifacts: ArtifactStore,
    private readonly tellCallers: TellCallers,
    private readonly thresholds: RescanThresholdSettings,
    private readonly receipts: ReceiptSubjects,
  ) {}

  @Subscribe(findingsJudgedV1, { durable: 'alerting-match-judged-findings', batch, gatherMs, stage })
  async onJudged(events: Batch<typeof findingsJudgedV1>, tx: Transaction): Promise<void> {
    if (!(await this.raiseAlerts.anybodyCares(tx, 'findings.judged'))) return;
    const notable = [];
    for (const event of events) notable.push(judgement(event, await this.openedBy(event)));
    await this.raiseAlerts.execute(notable, tx);
  }

  @Subscribe(gateDecidedV1, { durable: 'alerting-match-gates', batch, gatherMs, stage })
  async onGate(events: Batch<typeof gateDecidedV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(events.map(verdict), tx);
  }

  /** Beside the tenant's rules it is for the client that sent the run, which is told without any. */
  @Subscribe(runRecordedV1, { durable: 'alerting-match-runs', batch, gatherMs, stage })
  async onRecorded(events: Batch<typeof runRecordedV1>, tx: Transaction): Promise<void> {
    await this.tellCallers.ofRuns(events, tx);
    if (await this.raiseAlerts.anybodyCares(tx, 'run.recorded')) {
      await this.raiseAlerts.execute(events.map(recordedRun), tx);
    }
  }

  @Subscribe(runRescannedV1, { durable: 'alerting-match-rescans', batch, gatherMs })
  async onRescanned(events: Batch<typeof runRescannedV1>, tx: Transaction): Promise<void> {
    const thresholds = await this.thresholds.of(
      tx,
      events.map(({ data }) => data),
    );
    const notable = events.flatMap((event, index) =>
      toldBy(event.data, thresholds[index]!).map((told) => rescannedRun(event, told)),
    );
    await this.tellBoth(notable, tx);
  }

  @Subscribe(runRescanFailedV1, { durable: 'alerting-match-failed-rescans', batch, gatherMs })
  async onRescanFailed(events: Batch<typeof runRescanFailedV1>, tx: Transaction): Promise<void> {
    await this.tellBoth(events.map(failedRescan), tx);
  }

  @Subscribe(receiptFailedV1, { durable: 'alerting-match-failed-receipts', batch, gatherMs })
  async onReceiptFailed(events: Batch<typeof receiptFailedV1>, tx: Transaction): Promise<void> {
    if (!(await this.raiseAlerts.anybodyCares(tx, 'receipt.failed'))) return;
    await this.raiseAlerts.execute(
      events.map((event) => plain(event, 'receipt.failed')),
      tx,
    );
  }

  @Subscribe(slaBreachedV1, { durable: 'alerting-match-breaches', batch })
  async onBreach(events: Batch<typeof slaBreachedV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(events.map(breach), tx);
  }

  @Subscribe(verificationFailedV1, { durable: 'alerting-match-verifications', batch })
  async onVerification(events: Batch<typeof verificationFailedV1>, tx: Transaction): Promise<void> {
    const notable = [];
    for (const event of events) {
      const { receiptId = null } = event.data;
      const about = receiptId === null ? null : await this.receipts.of(event.tenant, receiptId);
      notable.push({ ...plain(event, 'verification.failed'), receiptId: receiptId ?? event.correlationid, ...about });
    }
    await this.tellBoth(notable, tx);
  }

  @Subscribe(exceptionGrantedV1, { durable: 'alerting-match-exceptions-granted', batch })
  async onExceptionGranted(events: Batch<typeof exceptionGrantedV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(
      events.map((event) => plain(event, 'exception.granted')),
      tx,
    );
  }

  @Subscribe(exceptionEndedV1, { durable: 'alerting-match-exceptions-ended', batch })
  async onExceptionEnded(events: Batch<typeof exceptionEndedV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(
      events.map((event) => plain(event, 'exception.ended')),
      tx,
    );
  }

  @Subscribe(accessDeniedV1, { durable: 'alerting-match-refusals', batch })
  async onAccessDenied(events: Batch<typeof accessDeniedV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(
      events.map((event) => plain(event, 'access.denied')),
      tx,
    );
  }

  @Subscribe(tamperingDetectedV1, { durable: 'alerting-match-tampering', batch })
  async onTampering(events: Batch<typeof tamperingDetectedV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(
      events.map((event) => plain(event, 'tampering.detected')),
      tx,
    );
  }

  @Subscribe(auditGapV1, { durable: 'alerting-match-audit-gaps', batch })
  async onAuditGap(events: Batch<typeof auditGapV1>, tx: Transaction): Promise<void> {
    await this.raiseAlerts.execute(
      events.map((event) => plain(event, 'audit.gap')),
      tx,
    );
  }

  private async tellBoth(events: readonly NotableEvent[], tx: Transaction): Promise<void> {
    await this.tellCallers.ofEvents(events, tx);
    await this.raiseAlerts.execute(events, tx);
  }

  /** The findings that began to count: in the event, or in the artifact that it names when they did not fit. */
  private async openedBy({ data, tenant }: EventOf<typeof findingsJudgedV1>): Promise<readonly JudgedFinding[]> {
    if (data.openedCount === 0) return [];
    if (data.change !== null) return data.change.opened;
    if (data.document === null) return [];
    const bytes = await this.artifacts.read(tenant, data.document.digest, limits.judgementMaxBytes);
    return judgementChange.parse(JSON.parse(bytes.toString('utf8'))).opened;
  }
}

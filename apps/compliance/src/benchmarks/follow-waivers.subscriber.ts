import { type EventOf, exceptionChangedV1, exceptionEndedV1, exceptionGrantedV1 } from '@assay/contracts';
import { BulkJob, BulkJobs, type BulkSlice, type SliceResult } from '@assay/jobs';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { RescoreScans } from './rescore-scans.service.js';
import { type Concerned, type GrantedWaiver, WaiversStore } from './waivers.store.js';

const jobName = 'compliance-rescore-scans';

/**
 * Exceptions of benchmark rules, as case-engine says them. What one changes is scored anew at once: as much as one slice has
 * in the transaction that hears of it, the rest right after it by a job.
 */
@Controller()
export class FollowWaiversSubscriber {
  constructor(
    private readonly waivers: WaiversStore,
    private readonly rescore: RescoreScans,
    private readonly jobs: BulkJobs,
  ) {}

  @Subscribe(exceptionGrantedV1, { durable: 'compliance-follow-waivers-granted', concurrency: 1 })
  async onGranted({ data }: EventOf<typeof exceptionGrantedV1>, tx: Transaction): Promise<void> {
    const waiver = waiverOf(data);
    if (waiver === null) return;
    await this.waivers.lockForChange(tx);
    await this.waivers.grant(tx, waiver);
    await this.apply(tx, { ruleRef: waiver.ruleRef });
  }

  @Subscribe(exceptionChangedV1, { durable: 'compliance-follow-waivers-changed', concurrency: 1 })
  async onChanged({ data }: EventOf<typeof exceptionChangedV1>, tx: Transaction): Promise<void> {
    await this.waivers.changeExpiry(tx, data.exceptionId, data.expiresAt);
  }

  /** Withdrawn, replaced or expired: case-engine says each of them by this event, and nothing here looks at dates. */
  @Subscribe(exceptionEndedV1, { durable: 'compliance-follow-waivers-ended', concurrency: 1 })
  async onEnded({ data }: EventOf<typeof exceptionEndedV1>, tx: Transaction): Promise<void> {
    await this.waivers.lockForChange(tx);
    const ruleRef = await this.waivers.end(tx, data.exceptionId);
    if (ruleRef !== null) await this.apply(tx, { ruleRef });
  }

  @BulkJob({ name: jobName })
  async onSlice({ job, tx }: BulkSlice<Concerned, null>): Promise<SliceResult<null>> {
    const done = await this.rescore.slice(tx, job.input);
    return { cursor: null, done, finished: done < limits.rescoreHosts };
  }

  /** What is changed for a host whose name, ids or groups are others now. */
  async apply(tx: Transaction, concerned: Concerned): Promise<void> {
    const done = await this.rescore.slice(tx, concerned);
    if (done < limits.rescoreHosts) return;
    await this.jobs.start(tx, { name: jobName, input: concerned, lane: tx.lane });
  }
}

/** The waiver of benchmark rules that an exception is; null for those that are none. */
function waiverOf({
  exceptionId,
  what,
  where,
  reason,
  expiresAt,
}: EventOf<typeof exceptionGrantedV1>['data']): GrantedWaiver | null {
  const { kind: scope, host = null, hostGroup = null } = where;
  if (what.kind !== 'rule' && what.kind !== 'any') return null;
  if (scope !== 'tenant' && scope !== 'host' && scope !== 'host-group') return null;
  return { exceptionId, ruleRef: what.id, scope, host, hostGroup, reason, expiresAt };
}

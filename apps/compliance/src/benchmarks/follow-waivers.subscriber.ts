import { type EventOf, exceptionChangedV1, exceptionEndedV1, exceptionGrantedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ApplyWaivers } from './apply-waivers.service.js';
import { type GrantedWaiver, WaiversStore } from './waivers.store.js';

/** Exceptions of benchmark rules, as case-engine says them. */
@Controller()
export class FollowWaiversSubscriber {
  constructor(
    private readonly waivers: WaiversStore,
    private readonly apply: ApplyWaivers,
  ) {}

  @Subscribe(exceptionGrantedV1, { durable: 'compliance-follow-waivers-granted', concurrency: 1 })
  async onGranted({ data }: EventOf<typeof exceptionGrantedV1>, tx: Transaction): Promise<void> {
    const waiver = waiverOf(data);
    if (waiver === null) return;
    await this.waivers.lockForChange(tx);
    await this.waivers.grant(tx, waiver);
    await this.apply.execute(tx, { ruleRef: waiver.ruleRef });
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
    if (ruleRef !== null) await this.apply.execute(tx, { ruleRef });
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

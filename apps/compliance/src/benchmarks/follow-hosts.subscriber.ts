import { type EventOf, hostChangedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ApplyWaivers } from './apply-waivers.service.js';
import { MoveScans } from './move-scans.service.js';

/** What a host's change means for its benchmarks: a removed one leaves the dashboard, other groups have other waivers. */
@Controller()
export class FollowHostsSubscriber {
  constructor(
    private readonly moveScans: MoveScans,
    private readonly waivers: ApplyWaivers,
  ) {}

  @Subscribe(hostChangedV1, { durable: 'compliance-benchmarks-follow-hosts' })
  async onChanged({ data }: EventOf<typeof hostChangedV1>, tx: Transaction): Promise<void> {
    const { hostId } = data.host;
    if (data.removed) await this.moveScans.settle(tx, [hostId]);
    else await this.waivers.execute(tx, { hostId });
  }
}

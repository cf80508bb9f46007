import { type EventOf, hostEnrolledV1, hostRemovedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { EnrolHost } from './enrol-host.service.js';

/** Hosts come and go at the gateway's door. */
@Controller()
export class EnrolmentSubscriber {
  constructor(private readonly enrolHost: EnrolHost) {}

  @Subscribe(hostEnrolledV1, { durable: 'compliance-enrol-hosts' })
  async onEnrolled({ data }: EventOf<typeof hostEnrolledV1>, tx: Transaction): Promise<void> {
    await this.enrolHost.execute(tx, data);
  }

  @Subscribe(hostRemovedV1, { durable: 'compliance-remove-hosts' })
  async onRemoved({ data }: EventOf<typeof hostRemovedV1>, tx: Transaction): Promise<void> {
    await this.enrolHost.remove(tx, data.hostId);
  }
}

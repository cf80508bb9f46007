import { hostRemovedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../ingest-gateway.errors.js';
import { AgentHostsStore } from './agent-hosts.store.js';
import { EndHostCredentials } from './end-host-credentials.service.js';

/** Removes a host: nothing opens the door for it any more. What was found on it stays in the history. */
@Injectable()
export class RemoveHost {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: AgentHostsStore,
    private readonly endCredentials: EndHostCredentials,
  ) {}

  /** @throws AssayError `hosts.unknown` */
  async execute(hostId: Uuid, caller: Principal): Promise<void> {
    await this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      if ((await this.hosts.lock(tx, hostId)) === null) throw notFound('hosts.unknown', 'There is no such host.');
      await this.hosts.remove(tx, hostId);
      await this.endCredentials.revoke(tx, hostId);
      tx.publish(hostRemovedV1, { hostId }, { subject: hostId });
    });
  }
}

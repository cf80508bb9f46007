import { type EventOf, hostChangedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../../limits.js';
import { type AgentHost, agentHostOf } from './agent-host.js';
import { AgentHostsStore } from './agent-hosts.store.js';
import { EndHostCredentials } from './end-host-credentials.service.js';

/** What compliance says of hosts, whose truth they are. */
@Controller()
export class KeepHostsSubscriber {
  constructor(
    private readonly hosts: AgentHostsStore,
    private readonly endCredentials: EndHostCredentials,
  ) {}

  @Subscribe(hostChangedV1, { durable: 'ingest-gateway-keep-hosts', batch: limits.hostBatchEvents })
  async onHostChanged(events: EventOf<typeof hostChangedV1>[], tx: Transaction): Promise<void> {
    await this.hosts.write(tx, newestOf(events, tx.tenant));
    for (const { data } of events) {
      const { hostId } = data.host;
      if (data.joined.length > 0) {
        // Two hosts were one: their agents speak for it from now on, and come back under its name.
        await this.hosts.join(tx, data.joined, hostId);
        await this.endCredentials.move(tx, data.joined, hostId);
      }
      if (data.removed) await this.endCredentials.revoke(tx, hostId);
    }
  }
}

function newestOf(events: readonly EventOf<typeof hostChangedV1>[], tenant: string): AgentHost[] {
  const newest = new Map<string, AgentHost>();
  for (const { data, version } of events) {
    const host = agentHostOf(tenant, version ?? 0, data);
    if ((newest.get(host.hostId)?.version ?? -1) < host.version) newest.set(host.hostId, host);
  }
  return [...newest.values()];
}

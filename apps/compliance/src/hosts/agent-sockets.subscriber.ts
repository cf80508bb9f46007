import { agentConnectedV1, agentDisconnectedV1, type EventOf } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { ConnectionsStore } from './connections.store.js';
import { NoteLife } from './note-life.service.js';

/** Sockets of agents open and close. An agent that connects lives. */
@Controller()
export class AgentSocketsSubscriber {
  constructor(
    private readonly connections: ConnectionsStore,
    private readonly noteLife: NoteLife,
  ) {}

  @Subscribe(agentConnectedV1, { durable: 'compliance-note-sockets', batch: limits.heartbeatBatchEvents })
  async onConnected(events: EventOf<typeof agentConnectedV1>[], tx: Transaction): Promise<void> {
    for (const { data } of events) await this.connections.connected(tx, data);
    const signs = events.map(({ data: { hostId, at } }) => ({ hostId, at, proven: true, quietUntil: null }));
    await this.noteLife.execute(tx, signs, true);
  }

  @Subscribe(agentDisconnectedV1, { durable: 'compliance-note-closed-sockets', batch: limits.heartbeatBatchEvents })
  async onDisconnected(events: EventOf<typeof agentDisconnectedV1>[], tx: Transaction): Promise<void> {
    for (const { data } of events) await this.connections.disconnected(tx, data);
  }
}

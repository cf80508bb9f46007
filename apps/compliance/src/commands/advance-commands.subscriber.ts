import { agentCommandSentV1, agentConnectedV1, agentProgressedV1, type EventOf } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ConnectionsStore } from '../hosts/connections.store.js';
import { AdvanceCommands } from './advance-commands.service.js';
import { CommandsStore } from './commands.store.js';
import { NoteSentCommand } from './note-sent-command.service.js';

/** What gateways say of agents and their sockets. */
@Controller()
export class AdvanceCommandsSubscriber {
  constructor(
    private readonly connections: ConnectionsStore,
    private readonly commands: CommandsStore,
    private readonly advance: AdvanceCommands,
    private readonly noteSent: NoteSentCommand,
  ) {}

  /** What waited for the agent goes to it at once. */
  @Subscribe(agentConnectedV1, { durable: 'compliance-promote-agent-commands' })
  async onConnected({ data }: EventOf<typeof agentConnectedV1>, tx: Transaction): Promise<void> {
    const hostId = await this.commands.busyHost(tx, data.hostId);
    if (hostId === null) return;
    await this.connections.connected(tx, { ...data, hostId });
    await this.advance.execute(tx, hostId);
  }

  @Subscribe(agentCommandSentV1, { durable: 'compliance-note-sent-commands' })
  async onSent({ data }: EventOf<typeof agentCommandSentV1>, tx: Transaction): Promise<void> {
    await this.noteSent.execute(tx, data);
  }

  @Subscribe(agentProgressedV1, { durable: 'compliance-follow-agent-commands' })
  async onProgressed({ data }: EventOf<typeof agentProgressedV1>, tx: Transaction): Promise<void> {
    const hostId = await this.commands.busyHost(tx, data.hostId);
    if (hostId === null) return;
    const { phase, progress, message, error } = data;
    const at = new Date(data.at);
    await this.advance.execute(tx, hostId, () => ({ type: 'progressed', phase, progress, message, error, at }));
  }
}

import { agentCommandSentV1, type DataOf, type agentCommandIssuedV1 } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';
import { AgentRegistry } from './agent-registry.js';
import { AgentSocketsStore } from './agent-sockets.store.js';

/**
 * Writes a command to the agent if this gateway holds its newest socket. Of the gateways that believe so one gets the
 * right to write, and the word that it did is committed with that right, before a byte is written: should the process die
 * in between, the command is told again when nothing comes back. The other way round it would be told twice, and an agent
 * that is told twice runs two scans.
 */
@Injectable()
export class SendCommand {
  constructor(
    private readonly transactions: Transactions,
    private readonly registry: AgentRegistry,
    private readonly store: AgentSocketsStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async execute(
    tenant: TenantSlug,
    { commandId, hostId, attempt, frame, issuedAt }: DataOf<typeof agentCommandIssuedV1>,
    eventId: Uuid,
  ): Promise<void> {
    // It was held up on the bus: by now it was put back into the queue, or cancelled.
    if (Date.now() - Date.parse(issuedAt) > limits.agentCommandMaxAgeMs) return;
    const socket = this.registry.of(hostId);
    const connectionId = socket?.connectionId ?? null;
    if (socket === undefined || connectionId === null || !socket.isOpen || socket.agent.tenant !== tenant) return;
    const text = JSON.stringify(frame);
    if (Buffer.byteLength(text) > limits.agentCommandBytes) {
      this.log.error({ commandId, hostId }, 'a command is larger than agents read');
      return;
    }
    const isOurs = await this.transactions.run({ tenant, causationId: eventId }, async (tx) => {
      if (!(await this.store.claimFrame(tx, { commandId, attempt, hostId, connectionId }))) return false;
      const at = tx.now.toISOString();
      tx.publish(agentCommandSentV1, { commandId, hostId, connectionId, attempt, at }, { subject: commandId });
      return true;
    });
    // Of a socket that closed meanwhile `agent.disconnected` tells.
    if (isOurs) socket.send(text);
  }
}

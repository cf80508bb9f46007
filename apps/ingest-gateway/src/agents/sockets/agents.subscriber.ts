import {
  agentCommandIssuedV1,
  agentConnectedV1,
  apiKeyChangedV1,
  apiKeyRevokedV1,
  type EventOf,
  tenantDeletedV1,
} from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
import { AgentRegistry } from './agent-registry.js';
import { SendCommand } from './send-command.service.js';
import { endRevoked, SweepAgents } from './sweep-agents.service.js';

/** What every gateway hears because one of them may hold the socket that it is about. */
@Controller()
export class AgentsSubscriber {
  constructor(
    private readonly registry: AgentRegistry,
    private readonly sendCommand: SendCommand,
    private readonly sweepAgents: SweepAgents,
  ) {}

  @Broadcast(agentCommandIssuedV1)
  async onCommandIssued({ data, tenant, id }: EventOf<typeof agentCommandIssuedV1>): Promise<void> {
    await this.sendCommand.execute(tenant, data, id);
  }

  @Broadcast(agentConnectedV1)
  onAgentConnected({ data }: EventOf<typeof agentConnectedV1>): void | Promise<void> {
    this.registry.connected(data.hostId, data.connectionId);
  }

  @Broadcast(apiKeyRevokedV1)
  onApiKeyRevoked({ data }: EventOf<typeof apiKeyRevokedV1>): void | Promise<void> {
    this.registry.withCredential(data.credentialId).forEach(endRevoked);
  }

  /** Switched off, given an end, or moved to the host that its own turned out to be: the row says which. */
  @Broadcast(apiKeyChangedV1)
  async onApiKeyChanged({ data }: EventOf<typeof apiKeyChangedV1>): Promise<void> {
    await this.sweepAgents.check(this.registry.withCredential(data.credentialId));
  }

  @Broadcast(tenantDeletedV1)
  onTenantDeleted({ data }: EventOf<typeof tenantDeletedV1>): void | Promise<void> {
    for (const socket of this.registry.all()) if (socket.agent.tenant === data.slug) endRevoked(socket);
  }
}

import { agentProgressedV1, apiKeyRevokedV1, type EventOf, hostChangedV1 } from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
import { agentHostOf } from '../hosts/agent-host.js';
import { ProgressStreams } from './progress-streams.service.js';

/** Every gateway hears what agents do, for those who watch here. */
@Controller()
export class ProgressStreamSubscriber {
  constructor(private readonly streams: ProgressStreams) {}

  @Broadcast(agentProgressedV1)
  onProgress({ tenant, data }: EventOf<typeof agentProgressedV1>): void | Promise<void> {
    this.streams.tell(tenant, data);
  }

  @Broadcast(hostChangedV1)
  onHostChanged({ tenant, version, data }: EventOf<typeof hostChangedV1>): void | Promise<void> {
    this.streams.hostChanged(agentHostOf(tenant, version ?? 0, data));
  }

  @Broadcast(apiKeyRevokedV1)
  onApiKeyRevoked({ data }: EventOf<typeof apiKeyRevokedV1>): void | Promise<void> {
    this.streams.endOf(data.credentialId);
  }
}

import { apiKeyChangedV1, apiKeyRevokedV1, type EventOf, tenantCreatedV1, tenantDeletedV1 } from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
import { ResolveCaller } from './resolve-caller.service.js';

/** Every gateway hears what ends or changes a credential and drops it from memory. */
@Controller()
export class ForgetCredentialsSubscriber {
  constructor(private readonly resolveCaller: ResolveCaller) {}

  @Broadcast(apiKeyRevokedV1)
  onApiKeyRevoked(event: EventOf<typeof apiKeyRevokedV1>): void | Promise<void> {
    this.resolveCaller.forget(event.data.credentialId);
  }

  @Broadcast(apiKeyChangedV1)
  onApiKeyChanged(event: EventOf<typeof apiKeyChangedV1>): void | Promise<void> {
    this.resolveCaller.forget(event.data.credentialId);
  }

  @Broadcast(tenantDeletedV1)
  onTenantDeleted(_: EventOf<typeof tenantDeletedV1>): void | Promise<void> {
    this.resolveCaller.forgetAll();
  }

  /** A new customer belongs into its publisher's principals. */
  @Broadcast(tenantCreatedV1)
  onTenantCreated(_: EventOf<typeof tenantCreatedV1>): void | Promise<void> {
    this.resolveCaller.forgetAll();
  }
}

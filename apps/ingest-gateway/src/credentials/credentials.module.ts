import { type DynamicModule, Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AdministerApiKeys } from './administer-api-keys.service.js';
import { ApiKeysController } from './api-keys.controller.js';
import { CredentialsStore } from './credentials.store.js';
import { FIRST_ADMIN_KEY, SHARED_SANTAMON_KEY } from './credentials.tokens.js';
import { FirstAdminKey, FirstStartStores } from './first-admin-key.service.js';
import { ForgetCredentialsSubscriber } from './forget-credentials.subscriber.js';
import { RecordDeniedAccess } from './record-denied-access.service.js';
import { ResolveCaller } from './resolve-caller.service.js';
import { SharedSantamonKey } from './shared-santamon-key.service.js';

@Module({})
export class CredentialsModule {
  /**
   * @param firstAdminKey the key that the environment gives, instead of one that is made
   * @param sharedSantamonKey the one key of all Santamon agents, where there is one
   */
  static with(firstAdminKey: string | undefined, sharedSantamonKey: string | undefined): DynamicModule {
    return {
      module: CredentialsModule,
      imports: [TenantsModule],
      controllers: [ApiKeysController, ForgetCredentialsSubscriber],
      providers: [
        { provide: FIRST_ADMIN_KEY, useValue: { key: firstAdminKey } },
        { provide: SHARED_SANTAMON_KEY, useValue: { key: sharedSantamonKey } },
        CredentialsStore,
        ResolveCaller,
        FirstStartStores,
        FirstAdminKey,
        SharedSantamonKey,
        AdministerApiKeys,
        RecordDeniedAccess,
      ],
      exports: [ResolveCaller, RecordDeniedAccess, CredentialsStore],
    };
  }
}

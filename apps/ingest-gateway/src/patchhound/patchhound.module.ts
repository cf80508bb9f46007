import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ReadFields } from './forms/read-fields.service.js';
import { PatchHoundHealthController } from './health.controller.js';
import { AdministerTokenKeys } from './tokens/administer-token-keys.service.js';
import { AdmitAdmin } from './tokens/admit-admin.service.js';
import { AdmitToken } from './tokens/admit-token.service.js';
import { CreateTokenKey } from './tokens/create-token-key.service.js';
import { TokenKeysController } from './tokens/token-keys.controller.js';
import { TokenKeysStore } from './tokens/token-keys.store.js';

/** The dialect of PatchHound (`wire/patchhound.md`): adapters over what the platform does anyway. */
@Module({})
export class PatchHoundModule {
  /** @param imports the modules of tenants, credentials, receipts and ingest, as the gateway has configured them */
  static with(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: PatchHoundModule,
      imports,
      controllers: [PatchHoundHealthController, TokenKeysController],
      providers: [ReadFields, TokenKeysStore, AdmitToken, AdmitAdmin, CreateTokenKey, AdministerTokenKeys],
    };
  }
}

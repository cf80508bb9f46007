import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { PatchHoundExclusionsController } from './exclusions/exclusions.controller.js';
import { PatchHoundExclusions } from './exclusions/patchhound-exclusions.service.js';
import { ReadExclusionForm } from './exclusions/read-exclusion-form.service.js';
import { ReadFields } from './forms/read-fields.service.js';
import { PatchHoundHealthController } from './health.controller.js';
import { PatchHoundImagesController } from './images/images.controller.js';
import { PatchHoundImages } from './images/patchhound-images.service.js';
import { FindDirectory } from './resources/find-directory.service.js';
import { ImageFiles } from './resources/image-files.service.js';
import { MadeFiles } from './resources/made-files.service.js';
import { MakePdfBundle } from './resources/make-pdf-bundle.service.js';
import { NativeRuns } from './resources/native-runs.client.js';
import { RepositoryFiles, RunRecords } from './resources/repository-files.service.js';
import { PatchHoundResourcesController } from './resources/resources.controller.js';
import { ScanFiles } from './resources/scan-files.service.js';
import { ReadMatchResult } from './scans/match-result.service.js';
import { NameRun } from './scans/name-run.service.js';
import { PathTokens } from './scans/path-token.js';
import { ReceiveScan, ScanIntake } from './scans/receive-scan.service.js';
import { RunNamesStore } from './scans/run-names.store.js';
import { ScanSbom } from './scans/scan-sbom.service.js';
import { PatchHoundScanController } from './scans/scan.controller.js';
import { AdministerTokenKeys } from './tokens/administer-token-keys.service.js';
import { AdmitAdmin } from './tokens/admit-admin.service.js';
import { AdmitToken } from './tokens/admit-token.service.js';
import { CreateTokenKey } from './tokens/create-token-key.service.js';
import { TokenKeysController } from './tokens/token-keys.controller.js';
import { TokenKeysStore } from './tokens/token-keys.store.js';

/** The dialect of PatchHound (`wire/patchhound.md`): adapters over what the platform does anyway. */
@Module({})
export class PatchHoundModule {
  /**
   * @param pathTokenDays how long path tokens are good for
   * @param imports the modules of tenants, credentials, receipts and ingest, as the gateway has configured them
   */
  static with(pathTokenDays: number, imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: PatchHoundModule,
      imports,
      controllers: [
        PatchHoundHealthController,
        TokenKeysController,
        PatchHoundScanController,
        PatchHoundExclusionsController,
        PatchHoundImagesController,
        PatchHoundResourcesController,
      ],
      providers: [
        {
          provide: PathTokens,
          useFactory: (env: HostEnv) => new PathTokens({ masterKey: env.ASSAY_MASTER_KEY, days: pathTokenDays }),
          inject: [HOST_ENV],
        },
        ReadFields,
        TokenKeysStore,
        AdmitToken,
        AdmitAdmin,
        CreateTokenKey,
        AdministerTokenKeys,
        ScanIntake,
        ReceiveScan,
        RunNamesStore,
        NameRun,
        ScanSbom,
        ReadMatchResult,
        ReadExclusionForm,
        PatchHoundExclusions,
        PatchHoundImages,
        NativeRuns,
        RunRecords,
        MadeFiles,
        ImageFiles,
        ScanFiles,
        RepositoryFiles,
        FindDirectory,
        MakePdfBundle,
      ],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { SCANNER_ENV, type ScannerEnv } from '../scanner.env.js';
import { VulnerabilitiesModule } from '../vulnerabilities/vulnerabilities.module.js';
import { AdvisoriesStore } from './advisories.store.js';
import { ArtifactFiles } from './artifact-files.service.js';
import { ChooseSource } from './choose-source.service.js';
import { EtagsStore } from './etags.store.js';
import { FeedsController } from './feeds.controller.js';
import { ImportUpload } from './import-upload.service.js';
import { RefreshFeedsJob } from './refresh-feeds.job.js';
import { DownloadFeed } from './download-feed.service.js';
import { EndImport } from './end-import.service.js';
import { FeedRecordsStore } from './feed-records.store.js';
import { FeedsStore } from './feeds.store.js';
import { FirstFeeds } from './first-feeds.service.js';
import { FreshFeedsController } from './fresh-feeds.controller.js';
import { FreshFeeds } from './fresh-feeds.service.js';
import { GroupsStore } from './groups.store.js';
import { EpssStore } from './epss.store.js';
import { ImportCatalog } from './import-catalog.service.js';
import { ImportEpss } from './import-epss.service.js';
import { ImportFeed } from './import-feed.service.js';
import { ImportKev } from './import-kev.service.js';
import { ImportOsv } from './import-osv.service.js';
import { JoinGroups } from './join-groups.service.js';
import { KevStore } from './kev.store.js';
import { RefreshFeed } from './refresh-feed.service.js';
import { RefreshRunner } from './refresh-runner.service.js';
import { RefreshesStore } from './refreshes.store.js';
import { TouchedStore } from './touched.store.js';

/** Advisories and marks on their way in. */
@Module({})
export class FeedsModule {
  static forEnv(env: ScannerEnv): DynamicModule {
    return {
      module: FeedsModule,
      imports: [VulnerabilitiesModule],
      controllers: [FeedsController, FreshFeedsController],
      providers: [
        { provide: SCANNER_ENV, useValue: env },

        AdvisoriesStore,
        EpssStore,
        EtagsStore,
        FeedRecordsStore,
        FeedsStore,
        GroupsStore,
        KevStore,
        RefreshesStore,
        TouchedStore,
        ArtifactFiles,
        ChooseSource,
        ImportUpload,
        DownloadFeed,
        EndImport,
        FirstFeeds,
        FreshFeeds,
        ImportCatalog,
        ImportEpss,
        ImportFeed,
        ImportKev,
        ImportOsv,
        JoinGroups,
        RefreshFeed,
        RefreshRunner,
        RefreshFeedsJob,
      ],
      exports: [FeedsStore],
    };
  }
}

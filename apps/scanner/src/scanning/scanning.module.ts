import { type DynamicModule, Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { VulnerabilitiesModule } from '../vulnerabilities/vulnerabilities.module.js';
import { DocumentParser } from './document-parser.service.js';
import { DocumentsSubscriber } from './documents.subscriber.js';
import { InventorySboms } from './inventory-sboms.service.js';
import { MatchComponents } from './match-components.service.js';
import { ReadDocuments } from './read-documents.service.js';
import { RecordScans } from './record-scans.service.js';
import { ScanDocuments } from './scan-documents.service.js';
import { ScanReports } from './scan-reports.service.js';
import { ScanSboms } from './scan-sboms.service.js';
import { ScansStore } from './scans.store.js';

/** From a received document to what was found in it. */
@Module({})
export class ScanningModule {
  static withFeeds(feeds: DynamicModule): DynamicModule {
    return {
      module: ScanningModule,
      imports: [feeds, FindingsModule, InventoryModule, VulnerabilitiesModule],
      controllers: [DocumentsSubscriber],
      providers: [
        DocumentParser,
        InventorySboms,
        MatchComponents,
        ReadDocuments,
        RecordScans,
        ScanDocuments,
        ScanReports,
        ScanSboms,
        ScansStore,
      ],
      exports: [ReadDocuments],
    };
  }
}

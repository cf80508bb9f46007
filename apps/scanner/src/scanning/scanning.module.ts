import { type DynamicModule, Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { VulnerabilitiesModule } from '../vulnerabilities/vulnerabilities.module.js';
import { DocumentParser } from './document-parser.service.js';
import { DocumentsSubscriber } from './documents.subscriber.js';
import { ScanDocument } from './scan-document.service.js';
import { ScanEngines } from './scan-engines.service.js';
import { ScanReport } from './scan-report.service.js';
import { ScanSbom } from './scan-sbom.service.js';
import { ScansStore } from './scans.store.js';

/** From a received document to what was found in it. */
@Module({})
export class ScanningModule {
  static withFeeds(feeds: DynamicModule): DynamicModule {
    return {
      module: ScanningModule,
      imports: [feeds, FindingsModule, InventoryModule, VulnerabilitiesModule],
      controllers: [DocumentsSubscriber],
      providers: [DocumentParser, ScanDocument, ScanEngines, ScanReport, ScanSbom, ScansStore],
      exports: [ScanSbom],
    };
  }
}

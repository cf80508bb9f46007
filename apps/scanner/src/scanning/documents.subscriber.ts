import { documentReceivedV1, type EventOf } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { documentBatches, gatherDocumentsMs, documentsPerBatch } from '../limits.js';
import { ScanDocuments } from './scan-documents.service.js';

@Controller()
export class DocumentsSubscriber {
  constructor(private readonly scanDocuments: ScanDocuments) {}

  @Subscribe(documentReceivedV1, {
    durable: 'scanner-scan-document',
    stage: 'index',
    batch: documentsPerBatch,
    concurrency: documentBatches,
    gatherMs: gatherDocumentsMs,
  })
  async onDocumentsReceived(events: EventOf<typeof documentReceivedV1>[], tx: Transaction): Promise<void> {
    await this.scanDocuments.execute(tx, events);
  }
}

import { documentReceivedV1, type EventOf } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { documentsAtOnce } from '../limits.js';
import { ScanDocument } from './scan-document.service.js';

@Controller()
export class DocumentsSubscriber {
  constructor(private readonly scanDocument: ScanDocument) {}

  @Subscribe(documentReceivedV1, { durable: 'scanner-scan-document', stage: 'index', concurrency: documentsAtOnce })
  async onDocumentReceived(event: EventOf<typeof documentReceivedV1>, tx: Transaction): Promise<void> {
    await this.scanDocument.execute(tx, event.data);
  }
}

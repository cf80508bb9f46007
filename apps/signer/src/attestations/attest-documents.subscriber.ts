import { documentReceivedV1, type EventOf, vexReceivedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ATTEST_BATCH_DOCUMENTS, ATTEST_CONCURRENCY, ATTEST_GATHER_MS } from '../limits.js';
import { AttestDocuments } from './attest-documents.service.js';

@Controller()
export class AttestDocumentsSubscriber {
  constructor(private readonly attestDocuments: AttestDocuments) {}

  /** Attests what was accepted. Ends the `attest` stage of each receipt. */
  @Subscribe(documentReceivedV1, {
    durable: 'signer-attest-document',
    stage: 'attest',
    batch: ATTEST_BATCH_DOCUMENTS,
    concurrency: ATTEST_CONCURRENCY,
    gatherMs: ATTEST_GATHER_MS,
  })
  async onDocumentsReceived(events: EventOf<typeof documentReceivedV1>[], tx: Transaction): Promise<void> {
    await this.attestDocuments.execute(tx, events);
  }

  /** The same for what states what vulnerabilities mean. */
  @Subscribe(vexReceivedV1, {
    durable: 'signer-attest-vex',
    stage: 'attest',
    batch: ATTEST_BATCH_DOCUMENTS,
    concurrency: ATTEST_CONCURRENCY,
    gatherMs: ATTEST_GATHER_MS,
  })
  async onVexReceived(events: EventOf<typeof vexReceivedV1>[], tx: Transaction): Promise<void> {
    await this.attestDocuments.execute(tx, events);
  }
}

import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { WorkerModule } from '../worker/worker.module.js';
import { AttestDocuments } from './attest-documents.service.js';
import { AttestDocumentsSubscriber } from './attest-documents.subscriber.js';
import { AttestationsController } from './attestations.controller.js';
import { AttestationsStore } from './attestations.store.js';
import { DocumentReader } from './document-reader.service.js';
import { ReadAttestation } from './read-attestation.service.js';
import { StoredEvidence } from './stored-evidence.service.js';
import { VerifyDocuments } from './verify-documents.service.js';

/** Statements about documents: made when one is received, handed out to whoever verifies them. */
@Module({
  imports: [KeysModule, WorkerModule],
  controllers: [AttestDocumentsSubscriber, AttestationsController],
  providers: [AttestationsStore, DocumentReader, AttestDocuments, ReadAttestation, StoredEvidence, VerifyDocuments],
  exports: [AttestationsStore, ReadAttestation],
})
export class AttestationsModule {}

import { Module } from '@nestjs/common';
import { AttestationsModule } from '../attestations/attestations.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { WorkerModule } from '../worker/worker.module.js';
import { BlobsController } from './blobs.controller.js';
import { SignBlob } from './sign-blob.service.js';
import { UploadReader } from './upload.reader.js';
import { VerifyBlob } from './verify-blob.service.js';

/** Signing and verifying whatever somebody sends. */
@Module({
  imports: [KeysModule, AttestationsModule, WorkerModule],
  controllers: [BlobsController],
  providers: [UploadReader, SignBlob, VerifyBlob],
})
export class BlobsModule {}

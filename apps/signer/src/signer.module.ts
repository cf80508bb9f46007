import { Module } from '@nestjs/common';
import { AttestationsModule } from './attestations/attestations.module.js';
import { BlobsModule } from './blobs/blobs.module.js';
import { KeysModule } from './keys/keys.module.js';

/** All wiring of the signer. */
@Module({ imports: [KeysModule, AttestationsModule, BlobsModule] })
export class SignerModule {}

import { Module } from '@nestjs/common';
import { AttestationsModule } from './attestations/attestations.module.js';
import { BlobsModule } from './blobs/blobs.module.js';
import { ImagesModule } from './images/images.module.js';
import { KeysModule } from './keys/keys.module.js';
import { VaultModule } from './vault/vault.module.js';
import { VerdictsModule } from './verdicts/verdicts.module.js';

/** All wiring of the signer. */
@Module({ imports: [KeysModule, AttestationsModule, BlobsModule, ImagesModule, VaultModule, VerdictsModule] })
export class SignerModule {}

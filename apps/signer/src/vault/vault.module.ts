import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { TrustImage } from './trust-image.service.js';
import { VaultController } from './vault.controller.js';
import { VaultStore } from './vault.store.js';
import { VerifyTrustedImage } from './verify-trusted-image.service.js';

/** The base images that a tenant trusts, each by the content that it may have. */
@Module({
  imports: [KeysModule],
  controllers: [VaultController],
  providers: [VaultStore, TrustImage, VerifyTrustedImage],
})
export class VaultModule {}

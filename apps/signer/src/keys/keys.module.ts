import { Module } from '@nestjs/common';
import { KeyRing } from './key-ring.service.js';
import { KeysController } from './keys.controller.js';
import { KeysStore } from './keys.store.js';
import { RotateKey } from './rotate-key.service.js';

/** Keys of tenants. */
@Module({
  controllers: [KeysController],
  providers: [KeysStore, KeyRing, RotateKey],
  exports: [KeysStore, KeyRing],
})
export class KeysModule {}

import { Module } from '@nestjs/common';
import { SbomsStore } from './sboms.store.js';

/** SBOMs and components. */
@Module({ providers: [SbomsStore], exports: [SbomsStore] })
export class InventoryModule {}

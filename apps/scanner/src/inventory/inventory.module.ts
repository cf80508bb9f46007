import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { ComponentsController } from './components.controller.js';
import { ListSboms } from './list-sboms.read-model.js';
import { SbomsController } from './sboms.controller.js';
import { SbomsStore } from './sboms.store.js';

/** SBOMs and components. */
@Module({
  imports: [FindingsModule],
  controllers: [ComponentsController, SbomsController],
  providers: [ListSboms, SbomsStore],
  exports: [SbomsStore],
})
export class InventoryModule {}

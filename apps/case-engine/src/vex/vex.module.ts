import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { ExceptionsModule } from '../exceptions/exceptions.module.js';
import { ApplyVex, VexRecords } from './apply-vex.service.js';
import { ApplyVexSubscriber } from './apply-vex.subscriber.js';
import { OpenVexController } from './openvex.controller.js';
import { StatedExceptionsStore } from './stated-exceptions.store.js';
import { VexStore } from './vex.store.js';
import { WriteOpenVex } from './write-openvex.service.js';

@Module({
  imports: [CasesModule, ExceptionsModule],
  controllers: [ApplyVexSubscriber, OpenVexController],
  providers: [VexStore, VexRecords, ApplyVex, StatedExceptionsStore, WriteOpenVex],
})
export class VexModule {}

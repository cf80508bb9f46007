import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { TouchedFindingsStore } from '../findings/touched-findings.store.js';
import { EndExceptions } from './end-exceptions.service.js';
import { ExceptionsController } from './exceptions.controller.js';
import { ExceptionsStore } from './exceptions.store.js';
import { ExpireExceptions } from './expire-exceptions.job.js';
import { GrantException } from './grant-exception.service.js';
import { ListExceptions } from './list-exceptions.read-model.js';
import { RejudgeCases } from './rejudge-cases.service.js';

@Module({
  imports: [CasesModule],
  controllers: [ExceptionsController],
  providers: [
    ExceptionsStore,
    TouchedFindingsStore,
    RejudgeCases,
    GrantException,
    EndExceptions,
    ExpireExceptions,
    ListExceptions,
  ],
  exports: [RejudgeCases],
})
export class ExceptionsModule {}

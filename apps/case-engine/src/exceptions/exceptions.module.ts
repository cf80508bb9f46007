import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { TouchedFindingsStore } from '../findings/touched-findings.store.js';
import { ChangeException } from './change-exception.service.js';
import { EndExceptions } from './end-exceptions.service.js';
import { ExceptionPoliciesController } from './exception-policies.controller.js';
import { ExceptionPoliciesStore } from './exception-policies.store.js';
import { ExceptionsController } from './exceptions.controller.js';
import { ExceptionsStore } from './exceptions.store.js';
import { ExclusionFilesController } from './exclusion-files.controller.js';
import { ExclusionFilesStore } from './exclusion-files.store.js';
import { ExpireExceptions } from './expire-exceptions.job.js';
import { GrantException } from './grant-exception.service.js';
import { ListExceptions } from './list-exceptions.read-model.js';
import { RecordExceptions } from './record-exceptions.service.js';
import { RedecideVerdicts } from './redecide-verdicts.service.js';
import { CasesAndExceptions, RejudgeCases } from './rejudge-cases.service.js';
import { RejudgedRunsStore } from './rejudged-runs.store.js';
import { ExclusionsOfRepositories, StoreExclusionFile } from './store-exclusion-file.service.js';

@Module({
  imports: [CasesModule],
  // The file's route stands before that of one exception, whose id it would be.
  controllers: [ExclusionFilesController, ExceptionPoliciesController, ExceptionsController],
  providers: [
    ExceptionsStore,
    ExceptionPoliciesStore,
    ExclusionFilesStore,
    ExclusionsOfRepositories,
    TouchedFindingsStore,
    RejudgedRunsStore,
    RedecideVerdicts,
    CasesAndExceptions,
    RejudgeCases,
    RecordExceptions,
    GrantException,
    ChangeException,
    EndExceptions,
    ExpireExceptions,
    StoreExclusionFile,
    ListExceptions,
  ],
  exports: [RejudgeCases, RecordExceptions, ExceptionsStore, ExceptionPoliciesStore],
})
export class ExceptionsModule {}

import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { GatePoliciesStore } from '../gate/gate-policies.store.js';
import { CasePoliciesController } from './case-policies.controller.js';
import { CasePolicies } from './case-policies.service.js';
import { ChangesStore } from './changes.store.js';
import { ChangesSubscriber } from './changes.subscriber.js';
import { CloseCases } from './close-cases.service.js';
import { CloseStaleCasesJob } from './close-stale-cases.job.js';
import { CloseStaleCases } from './close-stale-cases.service.js';
import { EndChange } from './end-change.service.js';
import { ReopenCase } from './reopen-case.service.js';

@Module({
  imports: [CasesModule],
  controllers: [ChangesSubscriber, CasePoliciesController],
  providers: [
    ChangesStore,
    CloseCases,
    ReopenCase,
    EndChange,
    GatePoliciesStore,
    CloseStaleCases,
    CloseStaleCasesJob,
    CasePolicies,
  ],
})
export class ChangesModule {}

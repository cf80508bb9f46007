import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { ReadRuns } from './read-runs.service.js';
import { ReadRunsStore } from './read-runs.store.js';
import { RunsController } from './runs.controller.js';

@Module({
  imports: [CasesModule],
  controllers: [RunsController],
  providers: [ReadRuns, ReadRunsStore],
  exports: [ReadRuns],
})
export class RunsModule {}

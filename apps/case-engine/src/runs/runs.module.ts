import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { ReadRuns } from './read-runs.service.js';
import { ReadRunsStore } from './read-runs.store.js';
import { RunsController } from './runs.controller.js';

@Module({
  imports: [CasesModule, TeamsModule],
  controllers: [RunsController],
  providers: [ReadRuns, ReadRunsStore],
  exports: [ReadRuns, ReadRunsStore],
})
export class RunsModule {}

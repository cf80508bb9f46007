import { type DynamicModule, Module } from '@nestjs/common';
import { AdvisoriesModule } from './advisories/advisories.module.js';
import type { CaseEngineEnv } from './case-engine.env.js';
import { CasesModule } from './cases/cases.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { ExceptionsModule } from './exceptions/exceptions.module.js';
import { GateModule } from './gate/gate.module.js';
import { HistoryModule } from './history/history.module.js';
import { HostCasesModule } from './hosts/host-cases.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { RescansModule } from './rescans/rescans.module.js';
import { RunsModule } from './runs/runs.module.js';
import { SignalsModule } from './signals/signals.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { VerdictsModule } from './verdicts/verdicts.module.js';
import { VexModule } from './vex/vex.module.js';

/** All wiring of case-engine, and nothing else. */
@Module({})
export class CaseEngineModule {
  static forEnv(env: CaseEngineEnv): DynamicModule {
    return {
      module: CaseEngineModule,
      imports: [
        CasesModule,
        RunsModule,
        ReportsModule,
        GateModule,
        ExceptionsModule,
        VexModule,
        AdvisoriesModule,
        VerdictsModule,
        ChangesModule,
        TeamsModule,
        HistoryModule,
        RescansModule,
        SignalsModule.forEnv(env),
        HostCasesModule,
      ],
    };
  }
}

import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { DocketStore } from '../runs/docket.store.js';
import { RunsStore } from '../runs/runs.store.js';
import { TeamsModule } from '../teams/teams.module.js';
import { CasesController } from './cases.controller.js';
import { CasesStore } from './cases.store.js';
import { JudgeRuns } from './judge-runs.service.js';
import { JudgeScanSubscriber } from './judge-scan.subscriber.js';
import { JudgeScans } from './judge-scans.service.js';
import { PublishJudgement } from './publish-judgement.service.js';
import { ReadCaseReport } from './read-case-report.service.js';
import { ReadCases } from './read-cases.service.js';
import { ReadCasesStore } from './read-cases.store.js';
import { ReadCiExclusions } from './read-ci-exclusions.service.js';
import { SayVerdict } from './say-verdict.service.js';

@Module({
  imports: [FindingsModule, TeamsModule],
  controllers: [JudgeScanSubscriber, CasesController],
  providers: [
    CasesStore,
    RunsStore,
    DocketStore,
    JudgeRuns,
    JudgeScans,
    SayVerdict,
    ReadCiExclusions,
    PublishJudgement,
    ReadCases,
    ReadCasesStore,
    ReadCaseReport,
  ],
  exports: [CasesStore, RunsStore, DocketStore, JudgeRuns, PublishJudgement, ReadCases, FindingsModule],
})
export class CasesModule {}

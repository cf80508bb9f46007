import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { RunsStore } from '../runs/runs.store.js';
import { CasesController } from './cases.controller.js';
import { CasesStore } from './cases.store.js';
import { JudgeRun } from './judge-run.service.js';
import { JudgeScan } from './judge-scan.service.js';
import { JudgeScanSubscriber } from './judge-scan.subscriber.js';
import { PublishJudgement } from './publish-judgement.service.js';
import { ReadCases } from './read-cases.service.js';
import { ReadCasesStore } from './read-cases.store.js';

@Module({
  imports: [FindingsModule],
  controllers: [JudgeScanSubscriber, CasesController],
  providers: [CasesStore, RunsStore, JudgeRun, JudgeScan, PublishJudgement, ReadCases, ReadCasesStore],
  exports: [CasesStore, RunsStore, JudgeRun, PublishJudgement, ReadCases, FindingsModule],
})
export class CasesModule {}

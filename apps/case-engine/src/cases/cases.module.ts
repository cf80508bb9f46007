import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { RunsStore } from '../runs/runs.store.js';
import { CasesStore } from './cases.store.js';
import { JudgeRun } from './judge-run.service.js';
import { JudgeScan } from './judge-scan.service.js';
import { JudgeScanSubscriber } from './judge-scan.subscriber.js';
import { PublishJudgement } from './publish-judgement.service.js';

@Module({
  imports: [FindingsModule],
  controllers: [JudgeScanSubscriber],
  providers: [CasesStore, RunsStore, JudgeRun, JudgeScan, PublishJudgement],
  exports: [CasesStore, RunsStore, JudgeRun, PublishJudgement, FindingsModule],
})
export class CasesModule {}

import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { BuildRunReport } from './build-run-report.service.js';
import { DocumentHeads } from './document-heads.service.js';
import { PackagesOfRun } from './packages-of-run.service.js';
import { ReportsController } from './reports.controller.js';
import { ReportsStore } from './reports.store.js';
import { SignedBundle } from './signed-bundle.service.js';
import { RenderReport } from './threads/render-report.service.js';

@Module({
  imports: [RunsModule],
  controllers: [ReportsController],
  providers: [BuildRunReport, ReportsStore, DocumentHeads, PackagesOfRun, RenderReport, SignedBundle],
})
export class ReportsModule {}

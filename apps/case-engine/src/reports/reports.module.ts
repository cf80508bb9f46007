import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { BuildRunReport } from './build-run-report.service.js';
import { DocumentHeads } from './document-heads.service.js';
import { PackagesOfRun } from './packages-of-run.service.js';
import { ReportsController } from './reports.controller.js';
import { ReportsStore } from './reports.store.js';
import { BuildRepositoryReport } from './repository/build-repository-report.service.js';
import { RepositoryReportsController } from './repository/repository-reports.controller.js';
import { RepositoryReportsStore } from './repository/repository-reports.store.js';
import { SignedBundle } from './signed-bundle.service.js';
import { RenderReport } from './threads/render-report.service.js';

@Module({
  imports: [RunsModule],
  controllers: [ReportsController, RepositoryReportsController],
  providers: [
    BuildRepositoryReport,
    RepositoryReportsStore,
    BuildRunReport,
    ReportsStore,
    DocumentHeads,
    PackagesOfRun,
    RenderReport,
    SignedBundle,
  ],
})
export class ReportsModule {}

import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { RescanRecordsModule } from '../rescans/rescan-records.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { CompareRuns } from './compare-runs.service.js';
import { HistoryController } from './history.controller.js';
import { HistorySubscriber } from './history.subscriber.js';
import { AfterRuns, ReadAuditTrail } from './read-audit-trail.service.js';
import { ReadTrend } from './read-trend.service.js';
import { RunAlertsStore } from './run-alerts.store.js';
import { RunChangesStore } from './run-changes.store.js';
import { TrendStore } from './trend.store.js';

@Module({
  imports: [RunsModule, FindingsModule, TeamsModule, RescanRecordsModule],
  controllers: [HistoryController, HistorySubscriber],
  providers: [RunChangesStore, CompareRuns, RunAlertsStore, TrendStore, ReadTrend, AfterRuns, ReadAuditTrail],
})
export class HistoryModule {}

import { Module } from '@nestjs/common';
import { ProfilesStore } from '../benchmarks/profiles.store.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { DashboardController } from './dashboard.controller.js';
import { Dashboard } from './dashboard.read-model.js';
import { HostScansController } from './host-scans.controller.js';
import { HostScans } from './host-scans.read-model.js';
import { PatchMonProfiles } from './profiles.read-model.js';
import { Rules } from './rules.read-model.js';
import { ScanResultsController } from './scan-results.controller.js';
import { ScanResults } from './scan-results.read-model.js';

/** What PatchMon's pages read of hosts, scans, results and rules. */
@Module({
  imports: [HostsModule],
  controllers: [DashboardController, HostScansController, ScanResultsController],
  providers: [ProfilesStore, Dashboard, PatchMonProfiles, HostScans, ScanResults, Rules],
})
export class DashboardModule {}

import { type DynamicModule, Module } from '@nestjs/common';
import { BenchmarkIntakeModule } from './benchmarks/benchmarks.module.js';
import { ClocksController } from './clocks/clocks.controller.js';
import { ClocksStore } from './clocks/clocks.store.js';
import { ListClocks } from './clocks/list-clocks.read-model.js';
import { MarkBreaches } from './clocks/mark-breaches.job.js';
import { MergeGroupsStore } from './clocks/merge-groups.store.js';
import { MergeVulnerabilitiesSubscriber } from './clocks/merge-vulnerabilities.subscriber.js';
import { RunClocks } from './clocks/run-clocks.service.js';
import { RunClocksSubscriber } from './clocks/run-clocks.subscriber.js';
import { CommandsModule } from './commands/commands.module.js';
import type { ComplianceEnv } from './compliance.env.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { HostAgentsModule } from './hosts/host-agents.module.js';
import { HostsModule } from './hosts/hosts.module.js';
import { ChangePolicy } from './policies/change-policy.service.js';
import { SlaPoliciesController } from './policies/sla-policies.controller.js';
import { SlaPoliciesStore } from './policies/sla-policies.store.js';

/** All wiring of compliance. */
@Module({
  imports: [HostsModule, DashboardModule],
  controllers: [SlaPoliciesController, ClocksController, RunClocksSubscriber, MergeVulnerabilitiesSubscriber],
  providers: [SlaPoliciesStore, ChangePolicy, ClocksStore, MergeGroupsStore, ListClocks, RunClocks, MarkBreaches],
})
export class ComplianceModule {
  static forEnv(env: ComplianceEnv): DynamicModule {
    return {
      module: ComplianceModule,
      imports: [HostAgentsModule.forEnv(env), CommandsModule.forEnv(env), BenchmarkIntakeModule.forEnv(env)],
    };
  }
}

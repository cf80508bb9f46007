import { type DynamicModule, Module } from '@nestjs/common';
import { BenchmarksModule } from '../benchmarks/benchmarks.module.js';
import type { ComplianceEnv } from '../compliance.env.js';
import { AgentSettings } from '../hosts/agent-settings.js';
import { HostJoins } from '../hosts/host-joins.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { SilenceStore } from '../hosts/silence.store.js';
import { AdvanceDueCommands } from './advance-commands.job.js';
import { AdvanceCommands } from './advance-commands.service.js';
import { AdvanceCommandsSubscriber } from './advance-commands.subscriber.js';
import { AgentHosts } from './agent-hosts.service.js';
import { AgentOrdersController } from './agent-orders.controller.js';
import { CancelCommands } from './cancel-commands.service.js';
import { ChangeCommand } from './change-command.service.js';
import { CommandIntakeModule } from './command-intake.module.js';
import { CommandScans } from './command-scans.service.js';
import { COMMAND_SETTINGS, type CommandSettings } from './command-settings.js';
import { CommandsController } from './commands.controller.js';
import { ConfigureAgents } from './configure-agents.service.js';
import { DecideApproval } from './decide-approval.service.js';
import { ForgetCommands } from './forget-commands.job.js';
import { GroupScansStore } from './group-scans.store.js';
import { JoinCommandHosts } from './join-command-hosts.service.js';
import { ListCommands } from './list-commands.read-model.js';
import { NoteSentCommand } from './note-sent-command.service.js';
import { OrderAgent } from './order-agent.service.js';
import { RequestCommand } from './request-command.service.js';
import { ScanGroups } from './scan-groups.job.js';
import { ScannedHostsStore } from './scanned-hosts.store.js';
import { TriggerController } from './trigger.controller.js';
import { TriggerScan } from './trigger-scan.service.js';

/** Telling agents what to do, and knowing what became of it. */
@Module({
  imports: [HostsModule, BenchmarksModule, CommandIntakeModule],
  controllers: [TriggerController, AgentOrdersController, CommandsController, AdvanceCommandsSubscriber],
  providers: [
    AgentHosts,
    ScannedHostsStore,
    SilenceStore,
    CommandScans,
    AdvanceCommands,
    RequestCommand,
    TriggerScan,
    OrderAgent,
    CancelCommands,
    DecideApproval,
    ChangeCommand,
    ListCommands,
    NoteSentCommand,
    ConfigureAgents,
    JoinCommandHosts,
    AdvanceDueCommands,
    ForgetCommands,
    GroupScansStore,
    ScanGroups,
  ],
})
export class CommandsModule {
  constructor(agents: AgentSettings, configure: ConfigureAgents, joins: HostJoins, join: JoinCommandHosts) {
    agents.register((tx, hostId, frames) => configure.execute(tx, hostId, frames));
    joins.register((tx, from, into) => join.execute(tx, from, into));
  }

  static forEnv({ REMEDIATION_APPROVAL, SCAN_TRIGGER_INTERVAL }: ComplianceEnv): DynamicModule {
    const settings: CommandSettings = {
      remediationNeedsApproval: REMEDIATION_APPROVAL,
      triggerIntervalMs: SCAN_TRIGGER_INTERVAL * 1_000,
    };
    return { module: CommandsModule, providers: [{ provide: COMMAND_SETTINGS, useValue: settings }] };
  }
}

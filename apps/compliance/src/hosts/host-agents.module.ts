import { type DynamicModule, Module } from '@nestjs/common';
import { CommandIntakeModule } from '../commands/command-intake.module.js';
import type { ComplianceEnv } from '../compliance.env.js';
import { AgentSocketsSubscriber } from './agent-sockets.subscriber.js';
import { AgentNotesStore } from './agent-notes.store.js';
import { AnswerAgent } from './answer-agent.service.js';
import { ChangeHostsStore } from './change-hosts.store.js';
import { ChangeSettings } from './change-settings.service.js';
import { EnrolHost } from './enrol-host.service.js';
import { EnrolmentSubscriber } from './enrolment.subscriber.js';
import { ForgetHeartbeats } from './forget-heartbeats.job.js';
import { HeartbeatsSubscriber } from './heartbeats.subscriber.js';
import { HostGroupsController } from './host-groups.controller.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HostsController } from './hosts.controller.js';
import { JoinHosts } from './join-hosts.service.js';
import { JoinHostsStore } from './join-hosts.store.js';
import { JudgeSilence } from './judge-silence.job.js';
import { KeepHeartbeats } from './keep-heartbeats.service.js';
import { LearnFromSignalsSubscriber } from './learn-from-signals.subscriber.js';
import { ListHosts } from './list-hosts.read-model.js';
import { NameHost } from './name-host.service.js';
import { NotePing } from './note-ping.service.js';
import { NoteSignals } from './note-signals.service.js';
import { PatchMonAgentsController } from './patchmon-agents.controller.js';
import { PatchMonReportsController } from './patchmon-reports.controller.js';
import { SantamonAgentsController } from './santamon-agents.controller.js';
import { SantamonAgents } from './santamon-agents.read-model.js';
import { ScannerContentController } from './scanner-content.controller.js';
import { ScannerContent } from './scanner-content.service.js';
import { ShowHost } from './show-host.service.js';
import { SilenceStore } from './silence.store.js';
import { TakeReport } from './take-report.service.js';
import { HostsModule } from './hosts.module.js';

/** What comes from agents and what people do with hosts: doors, events and timers. */
@Module({
  imports: [HostsModule, CommandIntakeModule],
  controllers: [
    PatchMonAgentsController,
    PatchMonReportsController,
    ScannerContentController,
    EnrolmentSubscriber,
    HeartbeatsSubscriber,
    AgentSocketsSubscriber,
    LearnFromSignalsSubscriber,
    HostsController,
    HostGroupsController,
    SantamonAgentsController,
  ],
  providers: [
    EnrolHost,
    JoinHosts,
    JoinHostsStore,
    KeepHeartbeats,
    AgentNotesStore,
    AnswerAgent,
    NotePing,
    NameHost,
    TakeReport,
    ScannerContent,
    NoteSignals,
    SantamonAgents,
    SilenceStore,
    JudgeSilence,
    ForgetHeartbeats,
    ListHosts,
    ShowHost,
    ChangeHostsStore,
    ChangeSettings,
  ],
})
export class HostAgentsModule {
  static forEnv(env: ComplianceEnv): DynamicModule {
    const settings: HostSettings = {
      silentAfterMinutes: env.HOST_SILENT_AFTER_MINUTES,
      updateIntervalMinutes: env.AGENT_UPDATE_INTERVAL_MINUTES,
      heartbeatHistoryDays: env.HEARTBEAT_HISTORY_DAYS,
      contentDirectory: env.SSG_CONTENT_DIR ?? null,
    };
    return { module: HostAgentsModule, providers: [{ provide: HOST_SETTINGS, useValue: settings }] };
  }
}

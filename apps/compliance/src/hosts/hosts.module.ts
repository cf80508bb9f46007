import { type DynamicModule, Module } from '@nestjs/common';
import type { ComplianceEnv } from '../compliance.env.js';
import { AgentSocketsSubscriber } from './agent-sockets.subscriber.js';
import { AgentSettings } from './agent-settings.js';
import { ChangeHostsStore } from './change-hosts.store.js';
import { ChangeSettings } from './change-settings.service.js';
import { ConnectionsStore } from './connections.store.js';
import { EnrolHost } from './enrol-host.service.js';
import { EnrolmentSubscriber } from './enrolment.subscriber.js';
import { HeartbeatsStore } from './heartbeats.store.js';
import { HeartbeatsSubscriber } from './heartbeats.subscriber.js';
import { HostGroupsController } from './host-groups.controller.js';
import { HostGroupsStore } from './host-groups.store.js';
import { HostJoins } from './host-joins.js';
import { HostLinksStore } from './host-links.store.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HostsController } from './hosts.controller.js';
import { HostsStore } from './hosts.store.js';
import { JoinHosts } from './join-hosts.service.js';
import { JoinHostsStore } from './join-hosts.store.js';
import { JudgeSilence } from './judge-silence.job.js';
import { KeepHeartbeats } from './keep-heartbeats.service.js';
import { LearnOfHosts } from './learn-of-hosts.service.js';
import { ListHosts } from './list-hosts.read-model.js';
import { NoteLife } from './note-life.service.js';
import { ShowHost } from './show-host.service.js';
import { SilenceStore } from './silence.store.js';

const shared = [
  HostsStore,
  HostLinksStore,
  HostGroupsStore,
  ConnectionsStore,
  HostJoins,
  AgentSettings,
  HeartbeatsStore,
  LearnOfHosts,
  NoteLife,
];

/** Who hosts are: for every capability that has to do with them. */
@Module({ providers: shared, exports: shared })
export class HostsModule {}

/** What comes from agents and what people do with hosts: doors, events and timers. */
@Module({
  imports: [HostsModule],
  controllers: [
    EnrolmentSubscriber,
    HeartbeatsSubscriber,
    AgentSocketsSubscriber,
    HostsController,
    HostGroupsController,
  ],
  providers: [
    EnrolHost,
    JoinHosts,
    JoinHostsStore,
    KeepHeartbeats,
    SilenceStore,
    JudgeSilence,
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

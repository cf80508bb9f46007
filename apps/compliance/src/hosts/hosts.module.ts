import { type DynamicModule, Module } from '@nestjs/common';
import type { ComplianceEnv } from '../compliance.env.js';
import { AgentSocketsSubscriber } from './agent-sockets.subscriber.js';
import { ConnectionsStore } from './connections.store.js';
import { EnrolHost } from './enrol-host.service.js';
import { EnrolmentSubscriber } from './enrolment.subscriber.js';
import { HeartbeatsStore } from './heartbeats.store.js';
import { HeartbeatsSubscriber } from './heartbeats.subscriber.js';
import { HostJoins } from './host-joins.js';
import { HostLinksStore } from './host-links.store.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HostsStore } from './hosts.store.js';
import { JoinHosts } from './join-hosts.service.js';
import { JoinHostsStore } from './join-hosts.store.js';
import { JudgeSilence } from './judge-silence.job.js';
import { KeepHeartbeats } from './keep-heartbeats.service.js';
import { LearnOfHosts } from './learn-of-hosts.service.js';
import { NoteLife } from './note-life.service.js';
import { SilenceStore } from './silence.store.js';

/** Who hosts are: for every capability that has to do with them. */
@Module({
  providers: [HostsStore, HostLinksStore, ConnectionsStore, HostJoins, LearnOfHosts, HeartbeatsStore, NoteLife],
  exports: [HostsStore, HostLinksStore, ConnectionsStore, HostJoins, LearnOfHosts, HeartbeatsStore, NoteLife],
})
export class HostsModule {}

/** What comes from agents and what people do with hosts: doors, events and timers. */
@Module({
  imports: [HostsModule],
  controllers: [EnrolmentSubscriber, HeartbeatsSubscriber, AgentSocketsSubscriber],
  providers: [EnrolHost, JoinHosts, JoinHostsStore, KeepHeartbeats, SilenceStore, JudgeSilence],
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

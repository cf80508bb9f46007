import { Module } from '@nestjs/common';
import { AgentSettings } from './agent-settings.js';
import { ConnectionsStore } from './connections.store.js';
import { HeartbeatsStore } from './heartbeats.store.js';
import { HostGroupsStore } from './host-groups.store.js';
import { HostJoins } from './host-joins.js';
import { HostLinksStore } from './host-links.store.js';
import { HostsStore } from './hosts.store.js';
import { LearnOfHosts } from './learn-of-hosts.service.js';
import { NoteLife } from './note-life.service.js';

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

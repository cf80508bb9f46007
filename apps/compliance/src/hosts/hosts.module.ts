import { Module } from '@nestjs/common';
import { ConnectionsStore } from './connections.store.js';
import { HostJoins } from './host-joins.js';
import { HostsStore } from './hosts.store.js';

/** Hosts and their agents: who they are, whether they live, what they are told to do by themselves. */
@Module({
  providers: [HostsStore, ConnectionsStore, HostJoins],
  exports: [HostsStore, ConnectionsStore, HostJoins],
})
export class HostsModule {}

import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { SignalGroupsStore } from '../signals/signal-groups.store.js';
import { FollowHostsSubscriber } from './follow-hosts.subscriber.js';
import { HostCasesController } from './host-cases.controller.js';
import { HostRulesStore } from './host-rules.store.js';
import { KnownHostsStore } from './known-hosts.store.js';
import { ReadHostCase } from './read-host-case.service.js';
import { SettleHostCases } from './settle-host-cases.service.js';

/** Cases of hosts (ADR 17). */
@Module({
  imports: [CasesModule],
  controllers: [FollowHostsSubscriber, HostCasesController],
  providers: [KnownHostsStore, HostRulesStore, SignalGroupsStore, SettleHostCases, ReadHostCase],
})
export class HostCasesModule {}

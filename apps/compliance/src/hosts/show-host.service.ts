import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { type Connection, ConnectionsStore } from './connections.store.js';
import { HostGroupsStore } from './host-groups.store.js';
import { type EffectiveSchedule, effectiveSchedule } from './host-schedule.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import type { HostVisibility } from './host-visibility.js';
import { HostsStore } from './hosts.store.js';
import { type HostDetail, ListHosts, type ListedHost } from './list-hosts.read-model.js';

/** A host with everything that is known of it. */
export interface ShownHost {
  readonly host: ListedHost;
  readonly detail: HostDetail;
  readonly connection: Connection | null;
  readonly schedule: EffectiveSchedule;
}

/** Puts together what there is of one host. */
@Injectable()
export class ShowHost {
  constructor(
    private readonly hosts: HostsStore,
    private readonly listHosts: ListHosts,
    private readonly connections: ConnectionsStore,
    private readonly groups: HostGroupsStore,
    @Inject(HOST_SETTINGS) private readonly settings: HostSettings,
  ) {}

  /** @throws AssayError `hosts.unknown` */
  async execute(tx: Transaction, visibility: HostVisibility, hostId: Uuid): Promise<ShownHost> {
    const host = await this.hosts.get(tx, hostId, visibility);
    const detail = await this.listHosts.detail(tx, host.id);
    const connection = await this.connections.of(tx, host.id);
    const { own, groups } = (await this.groups.schedules(tx, [host.id])).get(host.id)!;
    const schedule = effectiveSchedule(own, groups, this.settings);
    return { host: { ...host, connected: connection?.connected === true }, detail, connection, schedule };
  }
}

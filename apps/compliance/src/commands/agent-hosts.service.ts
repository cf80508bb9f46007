import type { Principal } from '@assay/identity';
import { isUuid, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ConnectionsStore } from '../hosts/connections.store.js';
import type { Host } from '../hosts/host.js';
import { visibilityOf } from '../hosts/host-visibility.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { notConnected, refused } from './commands.errors.js';

/** A host that can be told something. */
export interface AgentHost {
  readonly host: Host;
  readonly connected: boolean;
}

/** Finds the hosts whose agents somebody wants to command. */
@Injectable()
export class AgentHosts {
  constructor(
    private readonly hosts: HostsStore,
    private readonly connections: ConnectionsStore,
  ) {}

  /** @throws AssayError `commands.malformed-host-id`, `hosts.unknown` for what the caller may not see, `commands.no-agent` */
  async get(tx: Transaction, caller: Principal, hostId: string): Promise<AgentHost> {
    const host = await this.visible(tx, caller, hostId);
    const connection = await this.connections.of(tx, host.id);
    if (connection === null && host.apiId === null) {
      throw refused('commands.no-agent', 'Host has no agent that takes commands');
    }
    return { host, connected: connection?.connected === true };
  }

  /** @throws AssayError `commands.malformed-host-id`, `hosts.unknown` for what the caller may not see */
  async visible(tx: Transaction, caller: Principal, hostId: string): Promise<Host> {
    return this.hosts.get(tx, hostIdOf(hostId), visibilityOf(caller));
  }

  /** @throws AssayError `commands.not-connected` */
  async connected(tx: Transaction, hostId: Uuid): Promise<void> {
    const connection = await this.connections.of(tx, hostId);
    if (connection?.connected !== true) throw notConnected();
  }
}

/** A host's id in lower case. @throws AssayError `commands.malformed-host-id` */
export function hostIdOf(text: string): Uuid {
  const id = text.toLowerCase();
  if (!isUuid(id)) throw refused('commands.malformed-host-id', 'Invalid host ID format');
  return id;
}

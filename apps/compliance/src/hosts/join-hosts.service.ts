import { type HostDialect, hostChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, newId, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { HostJoins } from './host-joins.js';
import { HostLinksStore } from './host-links.store.js';
import { type Host, hostChangedOf } from './host.js';
import { visibilityOf } from './host-visibility.js';
import type { HostsErrorCode } from './hosts.errors.js';
import { HostsStore } from './hosts.store.js';
import { JoinHostsStore } from './join-hosts.store.js';

/** An admin says that two hosts are one machine, or that an id is another's. */
@Injectable()
export class JoinHosts {
  constructor(
    private readonly transactions: Transactions,
    private readonly links: HostLinksStore,
    private readonly joins: JoinHostsStore,
    private readonly hosts: HostsStore,
    private readonly hostJoins: HostJoins,
  ) {}

  /** `other` ends in `into`, with all that is known of it. @throws AssayError `hosts.unknown`, `hosts.cannot-join` */
  async join(caller: Principal, into: Uuid, other: Uuid): Promise<Host> {
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      await this.links.lock(tx);
      const target = await this.hosts.get(tx, into, visibilityOf(caller));
      const from = await this.hosts.get(tx, other, visibilityOf(caller));
      if (from.id === target.id) {
        throw new AssayError<HostsErrorCode>('conflict', 'hosts.cannot-join', 'These are one host already.');
      }
      await this.move(tx, from.id, target.id);
      return this.publish(tx, target.id, [from.id]);
    });
  }

  /**
   * An id leaves its host: for the host that it had before a join, which is there again with all its ids, else for a new
   * one. What was recorded meanwhile stays where it is. Gives the host that the id has now.
   *
   * @throws AssayError `hosts.unknown`, `hosts.unknown-id`, `hosts.cannot-split`
   */
  async split(caller: Principal, hostId: Uuid, dialect: HostDialect, id: string): Promise<Host> {
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      await this.links.lock(tx);
      const host = await this.hosts.get(tx, hostId, visibilityOf(caller));
      const place = await this.joins.placeOf(tx, dialect, id);
      if (place?.hostId !== host.id) {
        throw new AssayError<HostsErrorCode>('not-found', 'hosts.unknown-id', 'The host is not known by this id.');
      }
      if (place.ids === 1) {
        throw new AssayError<HostsErrorCode>('conflict', 'hosts.cannot-split', 'It is the only id of this host.');
      }
      const into = place.firstJoinedInto === host.id ? place.firstHostId : newId();
      if (into === place.firstHostId) await this.joins.revive(tx, into, host.id);
      else await this.moveToNew(tx, host, dialect, id, into);
      await this.joins.settle(tx, host.id);
      await this.joins.settle(tx, into);
      await this.publish(tx, host.id, []);
      return this.publish(tx, into, []);
    });
  }

  /** The move alone, for callers that hold the lock and publish. */
  async move(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await this.joins.join(tx, from, into);
    await this.hostJoins.move(tx, from, into);
  }

  private async moveToNew(tx: Transaction, host: Host, dialect: HostDialect, id: string, into: Uuid): Promise<void> {
    const { complianceMode, openscap, dockerBench, docker, groups, tenantUsers } = host;
    const settings = { complianceMode, openscap, dockerBench, docker, groups, tenantUsers };
    await this.links.addHosts(tx, [
      { id: into, hostname: id, friendlyName: id, machineId: null, apiId: null, ...settings },
    ]);
    await this.joins.moveId(tx, dialect, id, into);
  }

  private async publish(tx: Transaction, id: Uuid, joined: readonly Uuid[]): Promise<Host> {
    const host = await this.hosts.get(tx, id);
    tx.publish(hostChangedV1, hostChangedOf(host, joined), { subject: host.id, version: host.version });
    return host;
  }
}

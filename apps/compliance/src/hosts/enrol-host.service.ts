import { type DataOf, hostChangedV1, type hostEnrolledV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { HostLinksStore } from './host-links.store.js';
import { hostChangedOf } from './host.js';
import { HostsStore } from './hosts.store.js';
import { JoinHosts } from './join-hosts.service.js';
import { JoinHostsStore } from './join-hosts.store.js';
import { joinOf } from './link-hosts.js';
import { tellingName } from './names.js';

/** Makes the host that the gateway enrolled. What is known under the name that the admin gave it, and unbound, ends in it. */
@Injectable()
export class EnrolHost {
  constructor(
    private readonly links: HostLinksStore,
    private readonly joins: JoinHostsStore,
    private readonly hosts: HostsStore,
    private readonly joinHosts: JoinHosts,
  ) {}

  async execute(tx: Transaction, enrolled: DataOf<typeof hostEnrolledV1>): Promise<void> {
    const { hostId, hostname, friendlyName } = enrolled;
    await this.links.lock(tx);
    const name = friendlyName === '' ? hostname : friendlyName;
    await this.links.addHosts(tx, [{ ...enrolled, id: hostId, friendlyName: name, machineId: null }]);
    const joined = await this.takeIds(tx, enrolled);
    joined.push(...(await this.takeName(tx, hostId, hostname)));
    const host = await this.hosts.byId(tx, hostId);
    if (host === null) return;
    tx.publish(hostChangedV1, hostChangedOf(host, joined), { subject: host.id, version: host.version });
  }

  /** The gateway revoked its credentials: nothing is heard or asked of it any more. Its history stays. */
  async remove(tx: Transaction, hostId: Uuid): Promise<void> {
    await this.links.lock(tx);
    const host = await this.hosts.byId(tx, hostId);
    if (host === null) return;
    await this.joins.remove(tx, host.id);
    const gone = { ...host, version: host.version + 1, removedAt: tx.now };
    tx.publish(hostChangedV1, hostChangedOf(gone), { subject: host.id, version: gone.version });
  }

  /** The ids that the admin gave it: new ones are its own, an unbound host that has one already ends in it. */
  private async takeIds(tx: Transaction, enrolled: DataOf<typeof hostEnrolledV1>): Promise<Uuid[]> {
    const { hostId, apiId, credentialId, externalIds = [] } = enrolled;
    const own = apiId === null ? [] : [{ dialect: 'patchmon' as const, id: apiId }];
    const ids = [...own, ...externalIds.filter(({ id }) => id !== apiId)];
    const bound = credentialId !== null;
    await this.links.addIds(
      tx,
      ids.map((id) => ({ ...id, hostId, linkedBy: 'enrolment' as const, bound })),
    );
    const joined: Uuid[] = [];
    for (const other of new Set((await this.hosts.idsOf(tx, ids)).values())) {
      const candidate = other === hostId ? null : await this.links.machine(tx, other);
      const own = await this.links.machine(tx, hostId);
      if (candidate === null || own === null) continue;
      const link = joinOf({ ...own, bound: true }, { byMachineId: [candidate], byName: [] });
      if (link === null) continue;
      await this.joinHosts.move(tx, other, hostId);
      joined.push(other);
    }
    return joined;
  }

  /** What is known under its name and unbound turns out to be it. An admin has said who it is: that is worth as much as a key. */
  private async takeName(tx: Transaction, hostId: Uuid, hostname: string): Promise<Uuid[]> {
    const name = tellingName(hostname);
    if (name === null) return [];
    const byName = await this.links.machines(tx, [name], []);
    const own = byName.find((machine) => machine.hostId === hostId);
    const link = own && joinOf({ ...own, bound: true }, { byMachineId: [], byName });
    if (!link) return [];
    await this.joinHosts.move(tx, link.hostId, hostId);
    return [link.hostId];
  }
}

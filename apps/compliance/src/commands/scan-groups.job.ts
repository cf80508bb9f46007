import { servicePrincipal } from '@assay/identity';
import { Ticker } from '@assay/jobs';
import { asAssayError, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { nextScanAfter } from '../hosts/scan-times.js';
import { limits } from '../limits.js';
import { type GroupScan, GroupScansStore } from './group-scans.store.js';
import { type Trigger, TriggerScan } from './trigger-scan.service.js';

/** What a timed scan runs: everything that is on, with the agent's own profile. */
const everything: Trigger = {
  profileType: 'all',
  profileId: null,
  enableRemediation: false,
  fetchRemoteResources: false,
  imageName: null,
  containerName: null,
  scanAllImages: false,
};

/**
 * Triggers the hosts of a group at the group's times, a slice at once: what is done is noted with it, so that after any
 * crash the round goes on where it was. A time that was missed is made up for, once.
 */
@Injectable()
export class ScanGroups {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: GroupScansStore,
    private readonly triggerScan: TriggerScan,
  ) {}

  @Ticker({ name: 'scan-host-groups', everyMs: limits.groupScanEveryMs })
  async tick(across: Transaction): Promise<void> {
    for (const { tenant, name } of await this.groups.due(across)) {
      await this.transactions.run({ tenant, actor: 'service:compliance', lane: 'bulk' }, async (tx) => {
        const group = await this.groups.lock(tx, name);
        if (group !== null) await this.goOn(tx, group);
      });
    }
  }

  private async goOn(tx: Transaction, { name, cron, timeZone, plan, nextAt, afterHost }: GroupScan): Promise<void> {
    const current = `${cron} ${timeZone}`;
    if (plan !== current || nextAt === null) {
      return this.groups.save(tx, name, current, nextScanAfter(cron, timeZone, tx.now), null);
    }
    if (nextAt > tx.now) return;
    const hosts = await this.groups.hosts(tx, name, afterHost);
    for (const hostId of hosts) await this.trigger(tx, hostId);
    const isDone = hosts.length < limits.groupScanHosts;
    if (isDone) await this.groups.save(tx, name, current, nextScanAfter(cron, timeZone, tx.now), null);
    else await this.groups.save(tx, name, current, nextAt, hosts.at(-1)!);
  }

  /** A host whose scanners are off is none of this round. */
  private async trigger(tx: Transaction, hostId: Uuid): Promise<void> {
    try {
      await this.triggerScan.execute(tx, servicePrincipal('compliance', tx.tenant), hostId, everything);
    } catch (error) {
      if (!['invalid', 'not-found', 'unavailable'].includes(asAssayError(error).kind)) throw error;
    }
  }
}

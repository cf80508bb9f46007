import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { HostJoins } from '../hosts/host-joins.js';
import { LatestScansStore } from './latest-scans.store.js';
import { ScansStore } from './scans.store.js';
import { SettleLatest } from './settle-latest.service.js';
import { WaiversStore } from './waivers.store.js';

/** When two hosts turn out to be one, the scans of both are the history of the one that stays. */
@Injectable()
export class MoveScans {
  constructor(
    private readonly scans: ScansStore,
    private readonly latest: LatestScansStore,
    private readonly settleLatest: SettleLatest,
    private readonly waivers: WaiversStore,
    joins: HostJoins,
  ) {
    joins.register((tx, from, into) => this.move(tx, from, into));
  }

  async move(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await this.waivers.lockForRecording(tx);
    await this.scans.lockHosts(tx, [from, into]);
    const profiles = await this.latest.profilesOf(tx, from);
    // First of all nothing is shown of the one that goes: what it shows is taken back by its results, which move.
    for (const profileId of profiles) {
      const { was } = await this.latest.find(tx, from, profileId);
      if (was !== null) await this.latest.move(tx, from, profileId, { was, is: null }, []);
    }
    await this.scans.moveHost(tx, from, into);
    for (const profileId of profiles) await this.settleLatest.execute(tx, into, profileId);
  }

  /** Makes what is shown of these hosts what their scans say: nothing, where they were removed. */
  async settle(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    await this.waivers.lockForRecording(tx);
    await this.scans.lockHosts(tx, hostIds);
    for (const hostId of hostIds) {
      for (const profileId of await this.latest.profilesOf(tx, hostId)) {
        await this.settleLatest.execute(tx, hostId, profileId);
      }
    }
  }
}

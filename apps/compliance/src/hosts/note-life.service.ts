import { hostBackV1 } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { HeartbeatsStore, type LifeSign } from './heartbeats.store.js';
import { HostLinksStore } from './host-links.store.js';
import { hostRefOf } from './host.js';
import { HostsStore } from './hosts.store.js';

/** Notes that hosts live, and says so of those that were silent. */
@Injectable()
export class NoteLife {
  constructor(
    private readonly links: HostLinksStore,
    private readonly heartbeats: HeartbeatsStore,
    private readonly hosts: HostsStore,
  ) {}

  /** `watch`: from now on the host's silence would be noticed. Signs that come only when something happens do not begin it. */
  async execute(tx: Transaction, signs: readonly LifeSign[], watch: boolean): Promise<void> {
    const newest = newestOf(signs);
    if (newest.length === 0) return;
    if (newest.length > 1) await this.links.lock(tx);
    const back = new Map((await this.heartbeats.live(tx, newest, watch)).map((host) => [host.hostId, host]));
    if (back.size === 0) return;
    for (const host of await this.hosts.byIds(tx, [...back.keys()])) {
      const { silentSince, at } = back.get(host.id)!;
      const data = { host: hostRefOf(host), silentSince: silentSince.toISOString(), seenAt: at.toISOString() };
      tx.publish(hostBackV1, data, { subject: host.id, correlationId: null });
    }
  }
}

/** One sign of each host, in the order of ids: a proven one before others, else the newest. */
export function newestOf(signs: readonly LifeSign[]): LifeSign[] {
  const byHost = new Map<string, LifeSign>();
  for (const sign of signs) {
    const known = byHost.get(sign.hostId);
    const better =
      known === undefined ||
      (sign.proven && !known.proven) ||
      (sign.proven === known.proven && Date.parse(sign.at) > Date.parse(known.at));
    if (better) byHost.set(sign.hostId, sign);
  }
  return [...byHost.values()].toSorted((one, other) => (one.hostId < other.hostId ? -1 : 1));
}

import type { Heartbeat } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { HeartbeatsStore, type KeptHeartbeat, type LifeSign } from './heartbeats.store.js';
import { HostLinksStore } from './host-links.store.js';
import { LearnOfHosts } from './learn-of-hosts.service.js';
import { NoteLife } from './note-life.service.js';

/** Keeps the newest heartbeat of each agent. An agent that nobody knows is a host from now on. */
@Injectable()
export class KeepHeartbeats {
  constructor(
    private readonly links: HostLinksStore,
    private readonly heartbeats: HeartbeatsStore,
    private readonly learnOfHosts: LearnOfHosts,
    private readonly noteLife: NoteLife,
  ) {}

  async execute(tx: Transaction, beats: readonly Heartbeat[]): Promise<void> {
    const newest = newestOfAgents(beats);
    await this.links.lock(tx);
    const known = await this.keep(tx, newest);
    // PatchMon's agents have no id but by enrolment; one that overtook it is heard again in half a minute.
    const unknown = newest.filter(({ dialect, id }) => dialect !== 'patchmon' && !known.has(`${dialect} ${id}`));
    if (unknown.length === 0) return;
    await this.learnOfHosts.execute(
      tx,
      unknown.map(({ dialect, id, bound }) => ({ dialect, id, hostname: id, machineId: null, bound })),
    );
    await this.keep(tx, unknown);
  }

  private async keep(tx: Transaction, beats: readonly KeptHeartbeat[]): Promise<Set<string>> {
    const byKey = new Map(beats.map((beat) => [`${beat.dialect} ${beat.id}`, beat]));
    const known = new Set<string>();
    const signs: LifeSign[] = [];
    for (const { dialect, id, hostId } of await this.heartbeats.keep(tx, beats)) {
      if (hostId === null) continue;
      const key = `${dialect} ${id}`;
      const { receivedAt, bound } = byKey.get(key)!;
      known.add(key);
      signs.push({ hostId, at: receivedAt, proven: bound, quietUntil: null });
    }
    await this.noteLife.execute(tx, signs, true);
    return known;
  }
}

/** The newest heartbeat of each agent by the server's time, in the order of ids. PatchMon's credentials are each a host's own. */
export function newestOfAgents(beats: readonly Heartbeat[]): KeptHeartbeat[] {
  const byAgent = new Map<string, KeptHeartbeat>();
  for (const beat of beats) {
    const key = `${beat.dialect} ${beat.id}`;
    const known = byAgent.get(key);
    if (known !== undefined && Date.parse(known.receivedAt) >= Date.parse(beat.receivedAt)) continue;
    byAgent.set(key, { ...beat, bound: beat.dialect === 'patchmon' || beat.bound === true });
  }
  return [...byAgent.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, beat]) => beat);
}

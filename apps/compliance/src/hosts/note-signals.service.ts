import { isUuid, type TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { LifeSign } from './heartbeats.store.js';
import { HostsStore } from './hosts.store.js';
import { idKey, LearnOfHosts } from './learn-of-hosts.service.js';
import { NoteLife } from './note-life.service.js';

/**
 * Notes that hosts sent signals: at most once a minute and host, whatever comes, so that thousands of signals a second
 * cost a look into a map each. Signals come when something happens: they never begin a watch, but end a silence.
 */
@Injectable()
export class NoteSignals {
  /** When a host was last noted by this process, oldest first. Forgetting one costs a statement and nothing else. */
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly hosts: HostsStore,
    private readonly learnOfHosts: LearnOfHosts,
    private readonly noteLife: NoteLife,
  ) {}

  /** @param newest by the sender's id of a host, when the gateway took in the newest of its signals */
  async execute(tx: Transaction, newest: ReadonlyMap<string, string>): Promise<void> {
    const due = [...newest].filter(([id]) => this.isDue(tx.tenant, id, tx.now));
    if (due.length === 0) return;
    const ids = due.map(([id]) => id);
    const known = await this.hosts.byAnyId(tx, ids);
    const unknown = ids.filter((id) => !known.has(id) && !isUuid(id));
    const learnt = await this.learnOfHosts.execute(
      tx,
      unknown.map((id) => ({ dialect: 'santamon', id, hostname: id, machineId: null, bound: false })),
    );
    const signs: LifeSign[] = due.flatMap(([id, at]) => {
      const hostId = known.get(id) ?? learnt.get(idKey('santamon', id));
      return hostId === undefined ? [] : [{ hostId, at, proven: false, quietUntil: null }];
    });
    await this.noteLife.execute(tx, signs, false);
    tx.afterCommit(() => this.remember(tx.tenant, ids, tx.now));
  }

  private isDue(tenant: TenantSlug, id: string, now: Date): boolean {
    const last = this.noted.get(`${tenant} ${id}`);
    return last === undefined || now.getTime() - last >= limits.signalLifeEveryMs;
  }

  private remember(tenant: TenantSlug, ids: readonly string[], now: Date): void {
    for (const id of ids) {
      const key = `${tenant} ${id}`;
      this.noted.delete(key);
      this.noted.set(key, now.getTime());
    }
    for (const key of this.noted.keys()) {
      if (this.noted.size <= limits.signalHostsRemembered) break;
      this.noted.delete(key);
    }
  }
}

import { vulnerabilityMergedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AliasRecord } from '../matching/alias-groups.js';
import { groupIdOf } from '../vulnerabilities/vulnerability.js';
import { type AssignedGroup, assignGroups } from './assign-groups.js';
import { GroupsStore } from './groups.store.js';

/** Puts ids that arrive into alias groups, and tells everyone who may hold a group that is no longer its own. */
@Injectable()
export class JoinGroups {
  constructor(private readonly groups: GroupsStore) {}

  /** Gives the group of each id. As the job role. */
  async execute(tx: Transaction, records: readonly AliasRecord[]): Promise<Map<string, Uuid>> {
    const ids = records.flatMap(({ id, aliases }) => [id, ...aliases]);
    const assigned = assignGroups(records, await this.groups.of(tx, ids));
    await this.groups.save(tx, assigned);
    await this.#announce(tx, assigned);
    return new Map(assigned.flatMap((group) => group.ids.map((id) => [id, group.id] as const)));
  }

  /**
   * A group was given away if it was absorbed, or if it is what `groupIdOf` gave to an id that nobody knew and that now
   * stands in another group. Of the latter only those count that some report has used; nobody else can have heard of them.
   */
  async #announce(tx: Transaction, assigned: readonly AssignedGroup[]): Promise<void> {
    const into = new Map<Uuid, AssignedGroup>();
    const derived = new Map<Uuid, AssignedGroup>();
    for (const group of assigned) {
      for (const id of group.absorbed) into.set(id, group);
      for (const id of group.newIds.map(groupIdOf)) if (id !== group.id) derived.set(id, group);
    }
    if (derived.size > 0) {
      const used = await this.groups.referredTo(tx, [...derived.keys()]);
      for (const id of used) into.set(id, derived.get(id)!);
    }
    if (into.size === 0) return;
    await this.groups.rekey(tx, new Map([...into].map(([from, group]) => [from, group.id])));
    for (const [from, group] of into) {
      const because = `${group.displayId} and its aliases are one vulnerability`;
      tx.publish(vulnerabilityMergedV1, { from, into: group.id, because }, { subject: group.displayId, lane: 'bulk' });
    }
  }
}

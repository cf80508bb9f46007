import type { Uuid } from '@assay/kernel';
import { type AliasRecord, groupAliases } from '../matching/alias-groups.js';
import { groupIdOf } from '../vulnerabilities/vulnerability.js';

/** An alias group as it is stored. */
export interface KnownGroup {
  readonly id: Uuid;
  readonly displayId: string;
  readonly ids: readonly string[];
  readonly firstSeenAt: Date;
}

/** A group after an import, new, grown or as it was. */
export interface AssignedGroup {
  readonly id: Uuid;
  readonly displayId: string;
  readonly ids: readonly string[];
  /** Groups that are one with it now. Their ids are among `ids`. */
  readonly absorbed: readonly Uuid[];
  /** Ids that belonged to no group before. */
  readonly newIds: readonly string[];
}

/**
 * The groups of records that arrive, given every stored group that shares an id with them. Of groups that turn out to be one
 * the oldest stays, so that what refers to it goes on being right; of equally old ones the first by display id.
 */
export function assignGroups(records: readonly AliasRecord[], known: readonly KnownGroup[]): AssignedGroup[] {
  const asRecords = known.map((group) => ({ id: group.displayId, aliases: group.ids }));
  const groupOfId = new Map(known.flatMap((group) => group.ids.map((id) => [id, group] as const)));
  return groupAliases([...asRecords, ...records]).map(({ displayId, ids }) => {
    const members = new Set(ids.flatMap((id) => groupOfId.get(id) ?? []));
    const [oldest, ...absorbed] = [...members].toSorted(byAge);
    return {
      id: oldest?.id ?? groupIdOf(displayId),
      displayId,
      ids,
      absorbed: absorbed.map((group) => group.id),
      newIds: ids.filter((id) => !groupOfId.has(id)),
    };
  });
}

function byAge(a: KnownGroup, b: KnownGroup): number {
  return a.firstSeenAt.getTime() - b.firstSeenAt.getTime() || (a.displayId < b.displayId ? -1 : 1);
}

import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { findingKey } from '../matching/finding-key.js';
import type { FindingKind } from '../matching/finding-key.js';
import { derivedId } from '../vulnerabilities/derived-id.js';
import type { AssignedGroup, KnownGroup } from './assign-groups.js';

interface RekeyRow {
  readonly id: Uuid;
  readonly subject_id: Uuid;
  readonly kind: FindingKind;
  readonly place: string;
  readonly group_id: Uuid;
}

/** Alias groups and what refers to them. Everything here runs as the job role. */
@Injectable()
export class GroupsStore {
  /** Every group that one of these ids belongs to. */
  async of(tx: Transaction, ids: readonly string[]): Promise<KnownGroup[]> {
    return tx.query<KnownGroup>(
      `select id, display_id as "displayId", ids, first_seen_at as "firstSeenAt" from vulnerability_groups
        where id in (select group_id from vulnerability_ids where id = any($1::text[]))`,
      [ids],
    );
  }

  /** Writes groups and their ids; what was absorbed points to what it is part of now. */
  async save(tx: Transaction, groups: readonly AssignedGroup[]): Promise<void> {
    const absorbed = groups.flatMap((group) => group.absorbed.map((from) => ({ from, into: group.id })));
    if (absorbed.length > 0) await this.#absorb(tx, absorbed);
    await tx.query(
      `insert into vulnerability_groups (id, display_id, ids, first_seen_at)
       select g.id, g.display_id, array(select jsonb_array_elements_text(g.ids)), $4
         from unnest($1::uuid[], $2::text[], $3::jsonb[]) as g (id, display_id, ids)
       on conflict (id) do update set display_id = excluded.display_id, ids = excluded.ids, merged_into = null`,
      [
        groups.map(({ id }) => id),
        groups.map(({ displayId }) => displayId),
        groups.map(({ ids }) => JSON.stringify(ids)),
        tx.now,
      ],
    );
    const members = groups.flatMap((group) => group.ids.map((id) => ({ id, group: group.id })));
    await tx.query(
      `insert into vulnerability_ids (id, group_id) select * from unnest($1::text[], $2::uuid[])
       on conflict (id) do update set group_id = excluded.group_id where vulnerability_ids.group_id <> excluded.group_id`,
      [members.map(({ id }) => id), members.map(({ group }) => group)],
    );
  }

  /** Those of these groups that findings refer to. */
  async referredTo(tx: Transaction, groups: readonly Uuid[]): Promise<Set<Uuid>> {
    const rows = await tx.query<{ group_id: Uuid }>(
      'select distinct group_id from findings where group_id = any($1::uuid[])',
      [groups],
    );
    return new Set(rows.map((row) => row.group_id));
  }

  /**
   * Gives the findings of merged groups their new keys, so that they stay what they are, first day included. Where both were
   * found at one place, the later interval ends.
   */
  async rekey(tx: Transaction, into: ReadonlyMap<Uuid, Uuid>): Promise<void> {
    const rows = await tx.query<RekeyRow>(
      'select id, subject_id, kind, place, group_id from findings where group_id = any($1::uuid[]) order by id for update',
      [[...into.keys()]],
    );
    await tx.query(
      `update exceptions x set group_id = m.into_id
         from unnest($1::uuid[], $2::uuid[]) as m (from_id, into_id) where x.group_id = m.from_id`,
      [[...into.keys()], [...into.values()]],
    );
    const changes = rows.map((row) => {
      const group = into.get(row.group_id)!;
      const key = findingKey({ kind: row.kind, place: row.place, what: group });
      return { id: row.id, group, key, findingId: derivedId('finding', row.subject_id, key) };
    });
    await tx.query(
      `update findings f
          set key = c.key, group_id = c.group_id, finding_id = c.finding_id,
              known_until = case when f.known_until is null and exists (
                select from findings o where o.subject_id = f.subject_id and o.tool = f.tool and o.key = c.key
                                         and o.known_until is null)
                then $5 else f.known_until end
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) as c (id, key, group_id, finding_id)
        where f.id = c.id`,
      [
        changes.map(({ id }) => id),
        changes.map(({ key }) => key),
        changes.map(({ group }) => group),
        changes.map(({ findingId }) => findingId),
        tx.now,
      ],
    );
  }

  async #absorb(tx: Transaction, absorbed: readonly { from: Uuid; into: Uuid }[]): Promise<void> {
    const parameters = [absorbed.map(({ from }) => from), absorbed.map(({ into }) => into)];
    await tx.query(
      `update advisories a set group_id = m.into_id
         from unnest($1::uuid[], $2::uuid[]) as m (from_id, into_id) where a.group_id = m.from_id`,
      parameters,
    );
    await tx.query(
      `update vulnerability_groups g set kev = coalesce(g.kev, f.kev)
         from unnest($1::uuid[], $2::uuid[]) as m (from_id, into_id)
         join vulnerability_groups f on f.id = m.from_id
        where g.id = m.into_id`,
      parameters,
    );
    await tx.query(
      `update vulnerability_groups g set merged_into = m.into_id, kev = null
         from unnest($1::uuid[], $2::uuid[]) as m (from_id, into_id) where g.id = m.from_id`,
      parameters,
    );
  }
}

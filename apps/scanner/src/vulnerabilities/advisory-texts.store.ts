import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** What advisories say of a flaw at length. */
export interface AdvisoryText {
  readonly description: string;
  readonly references: readonly string[];
}

/**
 * What advisories say at length. It is asked for only of flaws that were found: in the memory of all advisories it would
 * be most of it.
 */
@Injectable()
export class AdvisoryTextsStore {
  /** By group, from its best known advisory that says anything. One statement, however many groups. */
  async of(tx: Transaction, groups: readonly Uuid[]): Promise<Map<Uuid, AdvisoryText>> {
    if (groups.length === 0) return new Map();
    const rows = await tx.query<{ group_id: Uuid; description: string | null; references: string[] | null }>(
      `select distinct on (group_id) group_id, body ->> 'description' as description, body -> 'references' as references
         from advisories where group_id = any($1::uuid[]) and not withdrawn
        order by group_id, coalesce(body ->> 'description', '') = '', id not like 'CVE-%', id not like 'GHSA-%', id`,
      [groups],
    );
    return new Map(
      rows.map(({ group_id: group, description, references }) => {
        return [group, { description: description ?? '', references: references ?? [] }];
      }),
    );
  }
}

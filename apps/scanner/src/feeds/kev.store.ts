import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { KevMark } from '../vulnerabilities/vulnerability.js';

/** The marks of the KEV catalogue on alias groups. As the job role. */
@Injectable()
export class KevStore {
  async marks(tx: Transaction): Promise<Map<Uuid, KevMark>> {
    const rows = await tx.query<{ id: Uuid; kev: KevMark }>(
      'select id, kev from vulnerability_groups where kev is not null',
    );
    return new Map(rows.map(({ id, kev }) => [id, kev]));
  }

  /** Sets marks; null takes one away. */
  async save(tx: Transaction, marks: readonly (readonly [Uuid, KevMark | null])[]): Promise<void> {
    await tx.query(
      `update vulnerability_groups g set kev = m.kev
         from unnest($1::uuid[], $2::jsonb[]) as m (id, kev) where g.id = m.id`,
      [marks.map(([group]) => group), marks.map(([, mark]) => (mark === null ? null : JSON.stringify(mark)))],
    );
  }
}

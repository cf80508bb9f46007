import type { DataOf, exceptionGrantedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** A lagging copy of the exceptions, in whatever order the news of them arrives. */
@Injectable()
export class ExceptionsStore {
  async granted(tx: Transaction, granted: DataOf<typeof exceptionGrantedV1>): Promise<void> {
    const { exceptionId, what, where, expiresAt } = granted;
    await tx.query(
      `insert into exceptions (tenant, id, what, target_id, group_id, scope, provider, org, repo, image, purl, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       on conflict (id) do update set
         what = excluded.what, target_id = excluded.target_id, group_id = excluded.group_id, scope = excluded.scope,
         provider = excluded.provider, org = excluded.org, repo = excluded.repo, image = excluded.image,
         purl = excluded.purl, expires_at = excluded.expires_at`,
      [
        tx.tenant,
        exceptionId,
        what.kind,
        what.id,
        what.group,
        where.kind,
        where.provider,
        where.org,
        where.repo,
        where.image,
        where.purl,
        expiresAt,
      ],
    );
  }

  /** The end may be heard of before the beginning; it counts all the same. */
  async ended(tx: Transaction, exceptionId: Uuid): Promise<void> {
    await tx.query(
      `insert into exceptions (tenant, id, ended) values ($1, $2, true)
       on conflict (id) do update set ended = true`,
      [tx.tenant, exceptionId],
    );
  }
}

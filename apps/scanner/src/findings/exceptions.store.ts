import type { DataOf, exceptionChangedV1, exceptionGrantedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** A lagging copy of the exceptions, in whatever order the news of them arrives. */
@Injectable()
export class ExceptionsStore {
  async granted(tx: Transaction, granted: DataOf<typeof exceptionGrantedV1>, version: number): Promise<void> {
    const { exceptionId, what, where, expiresAt } = granted;
    await tx.query(
      `insert into exceptions (tenant, id, what, target_id, group_id, scope, provider, org, repo, image, purl,
         image_version, expires_at, version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       on conflict (id) do update set
         what = excluded.what, target_id = excluded.target_id, group_id = excluded.group_id, scope = excluded.scope,
         provider = excluded.provider, org = excluded.org, repo = excluded.repo, image = excluded.image,
         purl = excluded.purl, image_version = excluded.image_version,
         expires_at = case when exceptions.version > excluded.version then exceptions.expires_at else excluded.expires_at end,
         version = greatest(exceptions.version, excluded.version)`,
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
        where.imageVersion ?? null,
        expiresAt,
        version,
      ],
    );
  }

  /** Until when it holds may change; a change may be heard of before the beginning, and after a later one. */
  async changed(tx: Transaction, changed: DataOf<typeof exceptionChangedV1>, version: number): Promise<void> {
    await tx.query(
      `insert into exceptions (tenant, id, expires_at, version) values ($1, $2, $3, $4)
       on conflict (id) do update set expires_at = excluded.expires_at, version = excluded.version
        where exceptions.version < excluded.version`,
      [tx.tenant, changed.exceptionId, changed.expiresAt, version],
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

import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { StagedRecord } from './feed-batch.js';
import type { Advisory } from '../advisories/advisory.js';

/** All records of one id. Databases publish one id more than once; AlmaLinux does, once per release. */
export interface StagedId {
  readonly id: string;
  readonly source: string;
  /** Of the distinct records together. */
  readonly digest: string;
  /** The digest that is stored; null for an advisory that is new. */
  readonly stored: string | null;
}

/** The staging area of an import: memory stays bounded, however large the feed. Everything here runs as the job role. */
@Injectable()
export class FeedRecordsStore {
  async add(tx: Transaction, refreshId: Uuid, records: readonly StagedRecord[]): Promise<void> {
    // One JSON text instead of arrays: the driver would escape every quote of megabytes of advisories.
    const rows = records.map(
      ({ id, source, digest, body }) =>
        `{"id":${JSON.stringify(id)},"source":${JSON.stringify(source)},"digest":"${digest}","body":${body}}`,
    );
    await tx.query(
      `insert into feed_records (refresh_id, id, source, digest, body)
       select $1, r.* from json_to_recordset($2::json) as r (id text, source text, digest text, body json)`,
      [refreshId, `[${rows.join(',')}]`],
    );
  }

  /** The digests that are stored of these ids. */
  async storedDigests(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ id: string; digest: string }>(
      'select id, digest from advisories where id = any($1::text[])',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row.digest]));
  }

  /** The ids that are stored of these sources. */
  async idsOf(tx: Transaction, sources: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('select id from advisories where source = any($1::text[])', [sources]);
    return rows.map((row) => row.id);
  }

  /** The next ids in their order, with the digests that tell whether something is new. */
  async page(tx: Transaction, refreshId: Uuid, after: string, limit: number): Promise<StagedId[]> {
    const rows = await tx.query<Omit<StagedId, 'digest'> & { digests: string[] }>(
      `select staged.*, a.digest as stored
         from (select id, min(source) as source, array_agg(distinct digest order by digest) as digests
                 from feed_records where refresh_id = $1 and id collate "C" > $2 group by id order by id collate "C" limit $3) staged
         left join advisories a on a.id = staged.id
        order by staged.id collate "C"`,
      [refreshId, after, limit],
    );
    return rows.map(({ id, source, digests, stored }) => ({ id, source, digest: digests.join(' '), stored }));
  }

  /** The records of these ids. */
  async bodies(tx: Transaction, refreshId: Uuid, ids: readonly string[]): Promise<Advisory[]> {
    const rows = await tx.query<{ body: Advisory }>(
      'select body from feed_records where refresh_id = $1 and id collate "C" = any($2::text[]) order by id, digest',
      [refreshId, ids],
    );
    return rows.map((row) => row.body);
  }

  /** Ids of the import's sources that are stored and were not in it. */
  async missing(tx: Transaction, refreshId: Uuid, sources: readonly string[], limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from advisories a
        where source = any($2::text[])
          and not exists (select from feed_records r where r.refresh_id = $1 and r.id collate "C" = a.id)
        order by id limit $3`,
      [refreshId, sources, limit],
    );
    return rows.map((row) => row.id);
  }

  async clear(tx: Transaction, refreshId: Uuid): Promise<void> {
    await tx.query('delete from feed_records where refresh_id = $1', [refreshId]);
    await tx.query('delete from touched_packages where refresh_id = $1', [refreshId]);
  }

  /** Removes what imports left behind that died. */
  async clearOthers(tx: Transaction, refreshId: Uuid): Promise<void> {
    await tx.query(
      `delete from feed_records r where refresh_id <> $1 and not exists (
         select from feed_refreshes f where f.id = r.refresh_id and f.state = 'running')`,
      [refreshId],
    );
  }
}

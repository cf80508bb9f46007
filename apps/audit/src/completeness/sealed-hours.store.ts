import type { Uuid } from '@assay/kernel';
import { limits, type Transaction, uuidFloor } from '@assay/persistence';

/** An hour of a service's outbox, as the service sealed it. */
export interface SealedHour {
  readonly service: string;
  readonly from: Date;
  readonly until: Date;
  readonly count: number;
  readonly digest: string;
  readonly sealedAt: Date;
  /** Set once the gap was told of. */
  readonly gapToldAt: Date | null;
}

const columns = `service, from_time as "from", until_time as until, count::int, digest, sealed_at as "sealedAt",
  gap_told_at as "gapToldAt"`;

/** What services say was in their outboxes. Of no tenant: an hour of a service holds events of all. */
export class SealedHoursStore {
  /** Notes a sealed hour; one that was told of before stays as it is. */
  async add(tx: Transaction, hour: Omit<SealedHour, 'gapToldAt'>): Promise<void> {
    await tx.query(
      `insert into sealed_hours (service, from_time, until_time, count, digest, sealed_at) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing`,
      [hour.service, hour.from, hour.until, hour.count, hour.digest, hour.sealedAt],
    );
  }

  /** Hours that are not known to be complete, oldest first. */
  async open(tx: Transaction, limit: number): Promise<SealedHour[]> {
    return tx.query<SealedHour>(
      `select ${columns} from sealed_hours where completed_at is null order by sealed_at limit $1`,
      [limit],
    );
  }

  async complete(tx: Transaction, { service, from }: SealedHour): Promise<void> {
    await tx.query('update sealed_hours set completed_at = $3, missing = 0 where service = $1 and from_time = $2', [
      service,
      from,
      tx.now,
    ]);
  }

  async noteMissing(tx: Transaction, { service, from }: SealedHour, missing: number, told: boolean): Promise<void> {
    await tx.query(
      `update sealed_hours set missing = $3, gap_told_at = case when $4 then $5 else gap_told_at end
        where service = $1 and from_time = $2`,
      [service, from, missing, told, tx.now],
    );
  }

  /** Ids that the logs have of a service's hour, sorted, a page after `after`; needs the job role, as they are of all tenants. */
  async recordedIds(tx: Transaction, { service, from, until }: SealedHour, after: Uuid | null): Promise<Uuid[]> {
    const rows = await tx.query<{ event_id: Uuid }>(
      `select event_id from entries
        where source = $1 and event_id >= $2 and event_id < $3 and ($4::uuid is null or event_id > $4)
        order by event_id limit $5`,
      [`/assay/${service}`, uuidFloor(from.getTime()), uuidFloor(until.getTime()), after, limits.sealPageIds],
    );
    return rows.map((row) => row.event_id);
  }

  /** Which of these the logs have; needs the job role. */
  async recordedOf(tx: Transaction, service: string, ids: readonly Uuid[]): Promise<Set<Uuid>> {
    const rows = await tx.query<{ event_id: Uuid }>(
      'select event_id from entries where source = $1 and event_id = any($2::uuid[])',
      [`/assay/${service}`, ids],
    );
    return new Set(rows.map((row) => row.event_id));
  }
}

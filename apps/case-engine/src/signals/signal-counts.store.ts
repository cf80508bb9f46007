import { newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Count, CountWindow } from './signal-stats.js';
import type { CountDelta } from './tally.js';

const wanted = `(dimension = any('{total,status,severity,host,rule}')
  or dimension = 'minute' and key >= $2 and key < $3
  or dimension = 'hour' and key >= $3 and key < $4)`;

/** What may be gone for good when nothing is left of it; of the others there are few keys. */
const named = `dimension = any('{host,rule}')`;

/**
 * Counts of signals. Every transaction writes what it adds as a row of its own, and one folder adds these up: a row that all
 * of them changed would let only one commit at a time. What is not folded yet is counted when somebody reads.
 */
@Injectable()
export class SignalCountsStore {
  async add(tx: Transaction, deltas: readonly CountDelta[]): Promise<void> {
    if (deltas.length === 0) return;
    await tx.query('insert into signal_deltas (id, tenant, dimensions, keys, counts) values ($1, $2, $3, $4, $5)', [
      newId(),
      tx.tenant,
      deltas.map(({ dimension }) => dimension),
      deltas.map(({ key }) => key),
      deltas.map(({ count }) => count),
    ]);
  }

  /** The tenant's counts at this moment, zeros left out. */
  async read(tx: Transaction, { fromMinute, fromHour, beforeHour }: CountWindow): Promise<Count[]> {
    return tx.query<Count>(
      `select dimension, key, sum(n)::float8 as n from (
         select dimension, key, n from signal_counts where tenant = $1 and ${wanted}
         union all
         select dimension, key, n from signal_deltas cross join unnest(dimensions, keys, counts) as t(dimension, key, n)
          where tenant = $1 and ${wanted}
       ) counted group by dimension, key having sum(n) <> 0`,
      [tx.tenant, fromMinute, fromHour, beforeHour],
    );
  }

  /** Across tenants: adds up at most this many rows of what was written, the oldest first. Gives how many there were. */
  async fold(tx: Transaction, most: number): Promise<number> {
    const [row] = await tx.query<{ folded: number; empty: boolean }>(
      `with folded as (
         delete from signal_deltas where id in (select id from signal_deltas order by id limit $1 for update skip locked) returning *
       ), summed as (
         select tenant, t.dimension collate "C" as dimension, t.key collate "C" as key, sum(t.n) as n
           from folded cross join unnest(dimensions, keys, counts) as t(dimension, key, n) group by 1, 2, 3
       ), counted as (
         insert into signal_counts as c (tenant, dimension, key, n) select * from summed where n <> 0 order by 1, 2, 3
         on conflict (tenant, dimension, key) do update set n = c.n + excluded.n returning dimension, n
       )
       select (select count(*)::int from folded) as folded, exists (select from counted where n = 0 and ${named}) as empty`,
      [most],
    );
    if (row?.empty === true) await tx.query(`delete from signal_counts where n = 0 and ${named}`);
    return row?.folded ?? 0;
  }

  /** Across tenants: forgets hours and minutes that no day before today asks for any more. */
  async forgetBefore(tx: Transaction, minute: string, hour: string): Promise<void> {
    await tx.query(
      `delete from signal_counts where dimension = 'minute' and key < $1 or dimension = 'hour' and key < $2`,
      [minute, hour],
    );
  }
}

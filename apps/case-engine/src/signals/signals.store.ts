import type { Uuid } from '@assay/kernel';
import { type Transaction, uuidFloor } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { columnsOf } from './moment.js';
import { codeOf } from './signal.js';
import type { TimedSignal } from './tally.js';

/** A signal that is about to be written, with the number of its kind. */
export type NewSignal = TimedSignal & { readonly kindId: number };

/**
 * Writes what is not there yet, and gives the ids of what is: the same event may come again from a stream that was built
 * anew, longer after than the inbox remembers.
 */
const insert = `
  with given as (
    select * from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::smallint[], $9::timestamptz[],
                         $10::smallint[], string_to_array($11, E'\\n'), $12::text[], $13::text[], $14::text[])
      as t(id, kind_id, host_id, signal_id, ts, at, nanos, received_at, status, context, context_document, mended, digest)
  ), fresh as (
    insert into signals (id, tenant, kind_id, host_id, signal_id, ts, at, nanos, received_at, status, context, context_document,
                         mended, digest)
    select id, $1, kind_id, host_id, signal_id, ts, at, nanos, received_at, status, context, context_document,
           string_to_array(mended, ' '), decode(digest, 'hex')
      from given on conflict (id) do nothing returning id
  )
  select given.id from given left join fresh on fresh.id = given.id where fresh.id is null`;

/** Writes signals. What reads them is in `read-signals.store.ts`. */
@Injectable()
export class SignalsStore {
  /** Gives the ids of those that were there before and stay as they are. */
  async add(tx: Transaction, signals: readonly NewSignal[]): Promise<Set<Uuid>> {
    const moments = signals.map(({ moment }) => columnsOf(moment));
    const rows = await tx.query<{ id: Uuid }>(insert, [
      tx.tenant,
      signals.map(({ id }) => id),
      signals.map(({ kindId }) => kindId),
      signals.map(({ hostId }) => hostId),
      signals.map(({ signalId }) => signalId),
      signals.map(({ ts }) => ts),
      moments.map(({ at }) => at),
      moments.map(({ nanos }) => nanos),
      signals.map(({ receivedAt }) => receivedAt),
      signals.map(({ status }) => codeOf(status)),
      // No JSON that we write has a line break, and nothing in a text has to be escaped, as in an array nearly everything has.
      signals.map(({ context }) => JSON.stringify(context)).join('\n'),
      signals.map(({ contextDocument }) => contextDocument && JSON.stringify(contextDocument)),
      signals.map(({ mended }) => (mended.length === 0 ? null : mended.join(' '))),
      signals.map(({ digest }) => digest),
    ]);
    return new Set(rows.map(({ id }) => id));
  }
}

const dayMs = 86_400_000;

/**
 * The id from which on signals are kept, and shown: the first of the day on which retention begins. Null days keep all.
 */
export function firstKeptId(now: Date, retentionDays: number): Uuid {
  if (retentionDays === 0) return uuidFloor(0);
  return uuidFloor((Math.floor(now.getTime() / dayMs) - retentionDays) * dayMs);
}

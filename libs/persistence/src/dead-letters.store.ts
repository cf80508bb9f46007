import type { ErrorKind, Uuid } from '@assay/kernel';
import type { Transaction } from './transaction.js';

/** An event that a consumer gave up on, with the reason. */
export interface DeadLetter {
  readonly id: Uuid;
  readonly consumer: string;
  readonly eventId: Uuid;
  readonly type: string;
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  /** The envelope as JSON text. */
  readonly envelope: string;
  readonly failedAt: Date;
  readonly replayedAt: Date | null;
}

/** A letter that is about to be written. */
export type NewDeadLetter = Omit<DeadLetter, 'failedAt' | 'replayedAt'>;

const columns = `id, consumer, event_id as "eventId", type, kind, code, message, attempts, envelope,
  failed_at as "failedAt", replayed_at as "replayedAt"`;

/** Dead letters of the transaction's tenant. */
export class DeadLettersStore {
  /** Adds a letter; a second failure of the same event at the same consumer updates it and makes it open again. */
  async add(tx: Transaction, letter: NewDeadLetter): Promise<void> {
    await tx.query(
      `insert into dead_letters (id, tenant, consumer, event_id, type, kind, code, message, attempts, envelope, failed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (consumer, event_id) do update set kind = excluded.kind, code = excluded.code,
         message = excluded.message, attempts = excluded.attempts, failed_at = excluded.failed_at, replayed_at = null`,
      [
        letter.id,
        tx.tenant,
        letter.consumer,
        letter.eventId,
        letter.type,
        letter.kind,
        letter.code,
        letter.message,
        letter.attempts,
        letter.envelope,
        tx.now,
      ],
    );
  }

  /**
   * Adds many letters in one statement. One that was there is open again, with one attempt more; gives the ids under which
   * they lie, and whether they are new. Several of one event are one.
   */
  async addAll(
    tx: Transaction,
    letters: readonly NewDeadLetter[],
  ): Promise<{ readonly id: Uuid; readonly eventId: Uuid; readonly isNew: boolean }[]> {
    const once = [...new Map(letters.map((letter) => [`${letter.consumer} ${letter.eventId}`, letter])).values()];
    const sorted = once.toSorted((one, other) => (one.eventId < other.eventId ? -1 : 1));
    return tx.query(
      `insert into dead_letters (id, tenant, consumer, event_id, type, kind, code, message, attempts, envelope, failed_at)
       select i, $1, c, e, t, k, o, m, a, v, $11
         from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[])
           as given(i, c, e, t, k, o, m, a, v)
       on conflict (consumer, event_id) do update set kind = excluded.kind, code = excluded.code,
         message = excluded.message, attempts = dead_letters.attempts + 1, failed_at = excluded.failed_at, replayed_at = null
       returning id, event_id as "eventId", xmax = 0 as "isNew"`,
      [
        tx.tenant,
        sorted.map((letter) => letter.id),
        sorted.map((letter) => letter.consumer),
        sorted.map((letter) => letter.eventId),
        sorted.map((letter) => letter.type),
        sorted.map((letter) => letter.kind),
        sorted.map((letter) => letter.code),
        sorted.map((letter) => letter.message),
        sorted.map((letter) => letter.attempts),
        sorted.map((letter) => letter.envelope),
        tx.now,
      ],
    );
  }

  /** Newest first, older than the letter `before`. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<DeadLetter[]> {
    return tx.query<DeadLetter>(
      `select ${columns} from dead_letters where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
  }

  async find(tx: Transaction, id: Uuid): Promise<DeadLetter | null> {
    const rows = await tx.query<DeadLetter>(`select ${columns} from dead_letters where tenant = $1 and id = $2`, [
      tx.tenant,
      id,
    ]);
    return rows[0] ?? null;
  }

  async markReplayed(tx: Transaction, id: Uuid): Promise<void> {
    await tx.query('update dead_letters set replayed_at = $3 where tenant = $1 and id = $2', [tx.tenant, id, tx.now]);
  }
}

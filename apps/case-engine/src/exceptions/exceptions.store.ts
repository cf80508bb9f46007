import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception } from './exception.js';
import { type ExceptionRow, exceptionColumns, rowOf, toException } from './exception-row.js';

export type EndedBecause = 'withdrawn' | 'expired' | 'replaced';

/** An exception and how it ended, if it has. */
export interface ListedException extends Exception {
  readonly endedAt: Date | null;
  readonly endedBecause: EndedBecause | null;
}

interface ListedRow extends ExceptionRow {
  readonly ended_at: Date | null;
  readonly ended_because: EndedBecause | null;
}

/** The only SQL on `exceptions` but for what judging a run reads (`RunsStore.load`). */
@Injectable()
export class ExceptionsStore {
  /** Adds them; `proposed` ones cover nothing until they are approved. */
  async add(tx: Transaction, exceptions: readonly Exception[], proposed = false): Promise<void> {
    if (exceptions.length === 0) return;
    await tx.query(
      `insert into exceptions (${exceptionColumns}, tenant, scope_key, proposed)
       select ${exceptionColumns}, tenant, scope_key, proposed from jsonb_populate_recordset(null::exceptions, $1::jsonb)`,
      [JSON.stringify(exceptions.map((each) => ({ ...rowOf(each), tenant: tx.tenant, proposed })))],
    );
  }

  /** The alias groups that a name of a vulnerability has been seen with. */
  async groupsOf(tx: Transaction, name: string): Promise<Uuid[]> {
    const rows = await tx.query<{ grp: Uuid }>('select grp from vulnerability_names where name = $1', [name]);
    return rows.map((row) => row.grp);
  }

  /** All of the tenant's exceptions in force. */
  async inForce(tx: Transaction): Promise<Exception[]> {
    const rows = await tx.query<ExceptionRow>(
      `select ${exceptionColumns} from exceptions
        where ended_at is null and not proposed and (expires_at is null or expires_at > $1)`,
      [tx.now],
    );
    return rows.map(toException);
  }

  async find(tx: Transaction, id: Uuid): Promise<ListedException | null> {
    const rows = await tx.query<ListedRow>(
      `select ${exceptionColumns}, ended_at, ended_because from exceptions where id = $1`,
      [id],
    );
    return rows.map(toListed)[0] ?? null;
  }

  /** Ends those of these that have not ended yet, and gives them. */
  async end(tx: Transaction, ids: readonly Uuid[], because: EndedBecause): Promise<Exception[]> {
    const rows = await tx.query<ExceptionRow>(
      `update exceptions set ended_at = $2, ended_because = $3 where id = any($1::uuid[]) and ended_at is null
       returning ${exceptionColumns}`,
      [ids, tx.now, because],
    );
    return rows.map(toException);
  }

  /** Whose exceptions have lapsed and not been ended, over all tenants: for the job that ends them. */
  async lapsed(tx: Transaction, atMost: number): Promise<{ tenant: string; id: Uuid }[]> {
    return tx.query(
      `select tenant, id from exceptions where ended_at is null and expires_at <= $1 order by expires_at limit $2`,
      [tx.now, atMost],
    );
  }

  /** Newest first, after the one with this id. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<ListedException[]> {
    const rows = await tx.query<ListedRow>(
      `select ${exceptionColumns}, ended_at, ended_because from exceptions
        where id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) order by id desc limit $1`,
      [limit, before],
    );
    return rows.map(toListed);
  }

  async count(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ count: string }>('select count(*) from exceptions');
    return Number(row?.count ?? 0);
  }
}

function toListed(row: ListedRow): ListedException {
  return { ...toException(row), endedAt: row.ended_at, endedBecause: row.ended_because };
}

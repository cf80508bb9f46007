import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception } from './exception.js';
import { type ExceptionRow, exceptionColumns, rowOf, toException } from './exception-row.js';

export type EndedBecause = 'withdrawn' | 'expired' | 'replaced';

/** An exception and how it stands: proposed, in force, or ended and how. */
export interface ListedException extends Exception {
  /** Waits for approval, and covers nothing. */
  readonly proposed: boolean;
  readonly endedAt: Date | null;
  readonly endedBecause: EndedBecause | null;
  /** Grows with every change. */
  readonly version: number;
}

interface ListedRow extends ExceptionRow {
  readonly proposed: boolean;
  readonly ended_at: Date | null;
  readonly ended_because: EndedBecause | null;
  readonly version: number;
}

const listedColumns = `${exceptionColumns}, proposed, ended_at, ended_because, version`;

/** What somebody may change of an exception that has not ended. */
export type Changeable = Pick<
  Exception,
  'reason' | 'publicComment' | 'privateComment' | 'scopeNote' | 'owner' | 'expiresAt' | 'approvedBy'
>;

/** The only SQL that changes `exceptions`. What judging a run reads stands in `RunsStore.load`, lists in `ExceptionsReader`. */
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

  /** The alias group of each of these names, where there is one; a name of several groups stands for itself alone until they are merged. */
  async groupsOf(tx: Transaction, names: readonly string[]): Promise<ReadonlyMap<string, Uuid>> {
    if (names.length === 0) return new Map();
    const rows = await tx.query<{ name: string; grp: Uuid }>(
      `select name, min(grp::text)::uuid as grp from vulnerability_names where name = any($1::text[])
        group by name having count(*) = 1`,
      [names],
    );
    return new Map(rows.map(({ name, grp }) => [name, grp]));
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

  /** The one with this id, locked until the transaction ends. */
  async lock(tx: Transaction, id: Uuid): Promise<ListedException | null> {
    const rows = await tx.query<ListedRow>(`select ${listedColumns} from exceptions where id = $1 for update`, [id]);
    return rows.map(toListed)[0] ?? null;
  }

  async find(tx: Transaction, id: Uuid): Promise<ListedException | null> {
    const rows = await tx.query<ListedRow>(`select ${listedColumns} from exceptions where id = $1`, [id]);
    return rows.map(toListed)[0] ?? null;
  }

  /** What has not ended of one origin in one scope, proposals too. */
  async standing(tx: Transaction, origin: Exception['origin'], scopeKey: string): Promise<Exception[]> {
    const rows = await tx.query<ExceptionRow>(
      `select ${exceptionColumns} from exceptions where ended_at is null and scope_key = $2 and origin = $1`,
      [origin, scopeKey],
    );
    return rows.map(toException);
  }

  /** Writes what was changed of one. Gives its new version. */
  async change(tx: Transaction, id: Uuid, to: Changeable & { readonly proposed: boolean }): Promise<number> {
    const [row] = await tx.query<{ version: number }>(
      `update exceptions
          set reason = $2, public_comment = $3, private_comment = $4, scope_note = $5, owner = $6, expires_at = $7,
              approved_by = $8, approved_at = case when $8::text is distinct from approved_by then $10 else approved_at end,
              proposed = $9, version = version + 1
        where id = $1 returning version`,
      [
        id,
        to.reason,
        to.publicComment,
        to.privateComment,
        to.scopeNote,
        to.owner,
        to.expiresAt,
        to.approvedBy,
        to.proposed,
        tx.now,
      ],
    );
    return row!.version;
  }

  /** Ends those of these that have not ended yet, and gives them. */
  async end(tx: Transaction, ids: readonly Uuid[], because: EndedBecause): Promise<Exception[]> {
    const rows = await tx.query<ExceptionRow>(
      `update exceptions set ended_at = $2, ended_because = $3, version = version + 1
        where id = any($1::uuid[]) and ended_at is null returning ${exceptionColumns}`,
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
  async list(tx: Transaction, filter: ExceptionFilter, limit: number, before: Uuid | null): Promise<ListedException[]> {
    const { where, parameters } = conditionsOf(tx, filter);
    const rows = await tx.query<ListedRow>(
      `select ${listedColumns} from exceptions
        where id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) ${where} order by id desc limit $2`,
      [before, limit, ...parameters],
    );
    return rows.map(toListed);
  }

  async count(tx: Transaction, filter: ExceptionFilter): Promise<number> {
    const { where, parameters } = conditionsOf(tx, filter);
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::integer as count from exceptions
        where $1::text is null and $2::text is null ${where}`,
      [null, null, ...parameters],
    );
    return row?.count ?? 0;
  }
}

export const exceptionStatuses = ['proposed', 'active', 'ended'] as const;
export type ExceptionStatus = (typeof exceptionStatuses)[number];

/** What to list; what is not given does not filter. */
export interface ExceptionFilter {
  readonly status?: ExceptionStatus;
  /** Of one repository: those for it, and those that name it to narrow themselves. */
  readonly repository?: { readonly org: string; readonly repo: string };
  readonly image?: string;
  /** The id as the exception has it. */
  readonly id?: string;
  readonly origin?: Exception['origin'];
  readonly owner?: string;
}

/** One text for each set of filters, so that each is planned with the index it can use. Its parameters begin at $3. */
function conditionsOf(tx: Transaction, filter: ExceptionFilter): { where: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const where: string[] = [];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    if (value === undefined) return;
    parameters.push(value);
    where.push(condition(`$${parameters.length + 2}`));
  };
  const { status, repository, image, id, origin, owner } = filter;
  if (status === 'proposed') where.push('proposed and ended_at is null');
  if (status === 'active') {
    add((now) => `not proposed and ended_at is null and (expires_at is null or expires_at > ${now})`, tx.now);
  }
  if (status === 'ended') add((now) => `(ended_at is not null or expires_at <= ${now})`, tx.now);
  add((each) => `repo = ${each}`, repository?.repo);
  add((each) => `coalesce(org, '') = ${each}`, repository?.org);
  add((each) => `scope ->> 'image' = ${each}`, image);
  add((each) => `what_id = ${each}`, id);
  add((each) => `origin = ${each}`, origin);
  add((each) => `owner = ${each}`, owner);
  return { where: where.map((each) => `and ${each}`).join(' '), parameters };
}

function toListed(row: ListedRow): ListedException {
  const { proposed, ended_at: endedAt, ended_because: endedBecause, version } = row;
  return { ...toException(row), proposed, endedAt, endedBecause, version };
}

import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Silence, SilenceScope } from './silence.policy.js';

/** A silence with who asked for it. */
export interface StoredSilence extends Silence {
  readonly createdBy: string;
  readonly createdAt: Date;
}

interface SilenceRow {
  readonly id: Uuid;
  readonly name: string;
  readonly scope: SilenceScope;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly created_by: string;
  readonly created_at: Date;
}

const columns = 'id, name, scope, starts_at, ends_at, created_by, created_at';

/** The only SQL on silences. */
export class SilencesStore {
  async add(tx: Transaction, silence: Silence): Promise<StoredSilence> {
    const { id, name, scope, startsAt, endsAt } = silence;
    await tx.query(
      `insert into silences (id, tenant, name, scope, starts_at, ends_at, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, tx.tenant, name, JSON.stringify(scope), startsAt, endsAt, tx.actor, tx.now],
    );
    return { ...silence, createdBy: tx.actor, createdAt: tx.now };
  }

  async save(tx: Transaction, { id, name, scope, startsAt, endsAt }: Silence): Promise<void> {
    await tx.query('update silences set name = $2, scope = $3, starts_at = $4, ends_at = $5 where id = $1', [
      id,
      name,
      JSON.stringify(scope),
      startsAt,
      endsAt,
    ]);
  }

  async remove(tx: Transaction, id: Uuid): Promise<void> {
    await tx.query('delete from silences where id = $1', [id]);
  }

  async lock(tx: Transaction, id: Uuid): Promise<StoredSilence | null> {
    const [row] = await tx.query<SilenceRow>(`select ${columns} from silences where id = $1 for update`, [id]);
    return row === undefined ? null : toSilence(row);
  }

  /** Newest first along `silences_tenant_idx`. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<StoredSilence[]> {
    const rows = await tx.query<SilenceRow>(
      `select ${columns} from silences
        where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
    return rows.map(toSilence);
  }

  /** Those that are not over yet. */
  async current(tx: Transaction): Promise<StoredSilence[]> {
    const sql = `select ${columns} from silences where tenant = $1 and ends_at > $2`;
    return (await tx.query<SilenceRow>(sql, [tx.tenant, tx.now])).map(toSilence);
  }
}

function toSilence(row: SilenceRow): StoredSilence {
  const { id, name, scope } = row;
  const times = { startsAt: row.starts_at, endsAt: row.ends_at, createdAt: row.created_at };
  return { id, name, scope, ...times, createdBy: row.created_by };
}

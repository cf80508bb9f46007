import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Channel, ChannelType, ConfiguredType } from './channel.js';

/** A channel with its secret, still sealed, and its times. */
export interface StoredChannel extends Channel {
  readonly type: ConfiguredType;
  readonly sealedSecret: Buffer;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface ChannelRow {
  readonly id: Uuid;
  readonly name: string;
  readonly type: ConfiguredType;
  readonly url: string;
  readonly sealed_secret: Buffer;
  readonly enabled: boolean;
  readonly disabled_because: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = 'id, name, type, url, sealed_secret, enabled, disabled_because, created_at, updated_at';

/**
 * The only SQL on channels. Removed ones stay as rows, because deliveries name them. Addresses that CI clients named are rows here
 * too (`origin = 'caller'`), which nobody lists, changes or makes rules for.
 */
export class ChannelsStore {
  async add(
    tx: Transaction,
    channel: Omit<StoredChannel, 'sealedSecret' | 'createdAt' | 'updatedAt'>,
    sealedSecret: Buffer,
  ): Promise<StoredChannel> {
    const { id, name, type, url, enabled } = channel;
    await tx.query(
      `insert into channels (id, tenant, name, type, url, sealed_secret, enabled, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
      [id, tx.tenant, name, type, url, sealedSecret, enabled, tx.now],
    );
    return { ...channel, sealedSecret, createdAt: tx.now, updatedAt: tx.now };
  }

  async save(tx: Transaction, channel: StoredChannel): Promise<void> {
    const { id, name, url, sealedSecret, enabled, disabledBecause } = channel;
    await tx.query(
      `update channels set name = $2, url = $3, sealed_secret = $4, enabled = $5, disabled_because = $6, updated_at = $7
        where id = $1`,
      [id, name, url, sealedSecret, enabled, disabledBecause, tx.now],
    );
  }

  /** Turns a channel off on its receiver's word. False if it was off already. */
  async disable(tx: Transaction, id: Uuid, because: string): Promise<boolean> {
    const rows = await tx.query(
      `update channels set enabled = false, disabled_because = $2, updated_at = $3 where id = $1 and enabled returning 1`,
      [id, because, tx.now],
    );
    return rows.length > 0;
  }

  async remove(tx: Transaction, id: Uuid): Promise<void> {
    await tx.query('update channels set removed_at = $2, enabled = false where id = $1', [id, tx.now]);
  }

  async lock(tx: Transaction, id: Uuid): Promise<StoredChannel | null> {
    const sql = `select ${columns} from channels where id = $1 and removed_at is null and origin = 'tenant' for update`;
    const [row] = await tx.query<ChannelRow>(sql, [id]);
    return row === undefined ? null : toChannel(row);
  }

  async find(tx: Transaction, id: Uuid): Promise<StoredChannel | null> {
    const sql = `select ${columns} from channels where id = $1 and removed_at is null and origin = 'tenant'`;
    const [row] = await tx.query<ChannelRow>(sql, [id]);
    return row === undefined ? null : toChannel(row);
  }

  /** Newest first along `channels_tenant_idx`. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<StoredChannel[]> {
    const rows = await tx.query<ChannelRow>(
      `select ${columns} from channels
        where tenant = $1 and removed_at is null and origin = 'tenant' and ($2::uuid is null or id < $2)
        order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
    return rows.map(toChannel);
  }

  /** The channels that rules can tell something, with their types. */
  async usable(tx: Transaction): Promise<Map<Uuid, ConfiguredType>> {
    const rows = await tx.query<{ id: Uuid; type: ConfiguredType }>(
      `select id, type from channels where tenant = $1 and enabled and origin = 'tenant' order by id`,
      [tx.tenant],
    );
    return new Map(rows.map(({ id, type }) => [id, type]));
  }

  /** Adds the addresses of CI clients, each once. Their ids follow from the addresses. */
  async addOfCallers(
    tx: Transaction,
    channels: readonly {
      readonly id: Uuid;
      readonly name: string;
      readonly type: ChannelType;
      readonly url: string;
      readonly sealedSecret: Buffer;
    }[],
  ): Promise<void> {
    await tx.query(
      `insert into channels (tenant, enabled, origin, created_at, updated_at, id, name, type, url, sealed_secret)
       select $1, true, 'caller', $2, $2, * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bytea[])
       on conflict (id) do nothing`,
      [
        tx.tenant,
        tx.now,
        channels.map(({ id }) => id),
        channels.map(({ name }) => name),
        channels.map(({ type }) => type),
        channels.map(({ url }) => url),
        channels.map(({ sealedSecret }) => sealedSecret),
      ],
    );
  }

  /** Which of these ids are channels of the tenant. */
  async known(tx: Transaction, ids: readonly Uuid[]): Promise<Set<Uuid>> {
    const rows = await tx.query<{ id: Uuid }>(
      `select id from channels where id = any($1::uuid[]) and removed_at is null and origin = 'tenant'`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}

function toChannel(row: ChannelRow): StoredChannel {
  const { id, name, type, url, enabled } = row;
  return {
    id,
    name,
    type,
    url,
    enabled,
    disabledBecause: row.disabled_because,
    sealedSecret: row.sealed_secret,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

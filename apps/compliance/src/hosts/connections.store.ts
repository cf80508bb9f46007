import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';

/** The newest socket of a host's agent, at whichever gateway. */
export interface Connection {
  readonly hostId: Uuid;
  readonly apiId: string;
  readonly connectionId: Uuid;
  readonly connectedAt: Date;
  readonly seenAt: Date;
  /** False for one that was closed, or that no gateway has spoken of for 90 s: its gateway is gone. */
  readonly connected: boolean;
}

/** What a gateway says of a socket. */
export interface SocketNews {
  readonly hostId: Uuid;
  readonly apiId: string;
  readonly connectionId: Uuid;
  readonly at: string;
}

const connectionColumns = `
  host_id as "hostId", api_id as "apiId", connection_id as "connectionId", connected_at as "connectedAt",
  seen_at as "seenAt",
  (disconnected_at is null and seen_at > $2::timestamptz - make_interval(secs => ${limits.connectionLostSeconds})) as connected`;

/** The host that the credential was made for, or the one that this has ended in. */
const hostOfSocket = 'coalesce((select joined_into from hosts where tenant = $1 and id = $2::uuid), $2::uuid)';

/**
 * Sockets of agents. Events come in any order and more than once: the newest connection id (UUIDv7) of a host counts, a
 * connection that has ended stays ended. Whoever reads one of the events may call this first; it does no harm twice.
 */
export class ConnectionsStore {
  async connected(tx: Transaction, { hostId, apiId, connectionId, at }: SocketNews): Promise<void> {
    await tx.query(
      `insert into agent_connections as c (tenant, host_id, api_id, connection_id, connected_at, seen_at)
       values ($1, ${hostOfSocket}, $3, $4, $5, $5)
       on conflict (host_id) do update set api_id = excluded.api_id, connection_id = excluded.connection_id,
         connected_at = excluded.connected_at, seen_at = excluded.seen_at, disconnected_at = null
       where c.connection_id < excluded.connection_id`,
      [tx.tenant, hostId, apiId, connectionId, at],
    );
  }

  /** The end of a connection that was overtaken by a newer one changes nothing. */
  async disconnected(tx: Transaction, { hostId, apiId, connectionId, at }: SocketNews): Promise<void> {
    await tx.query(
      `insert into agent_connections as c (tenant, host_id, api_id, connection_id, connected_at, seen_at, disconnected_at)
       values ($1, ${hostOfSocket}, $3, $4, $5, $5, $5)
       on conflict (host_id) do update set api_id = excluded.api_id, connection_id = excluded.connection_id,
         disconnected_at = coalesce(c.disconnected_at, excluded.disconnected_at)
       where c.connection_id <= excluded.connection_id`,
      [tx.tenant, hostId, apiId, connectionId, at],
    );
  }

  /** The newest connection of a host that had one, or null. */
  async of(tx: Transaction, hostId: Uuid): Promise<Connection | null> {
    const [connection] = await this.ofAll(tx, [hostId]);
    return connection ?? null;
  }

  /** Those of several hosts, by host; hosts that never had one are missing. */
  async ofAll(tx: Transaction, hostIds: readonly Uuid[]): Promise<Connection[]> {
    return tx.query<Connection>(
      `select ${connectionColumns} from agent_connections where tenant = $1 and host_id = any($3::uuid[]) order by host_id`,
      [tx.tenant, tx.now, hostIds],
    );
  }
}

import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';
import type { ConnectingAgent } from './agent-socket.js';

/** A writing of a command to a socket. */
export interface CommandFrame {
  readonly commandId: Uuid;
  readonly attempt: number;
  readonly hostId: Uuid;
  readonly connectionId: Uuid;
}

/** A socket that a gateway holds, as it asks whether it may. */
export interface HeldSocket {
  readonly connectionId: Uuid;
  readonly hostId: Uuid;
  readonly credentialId: Uuid;
}

/** Which socket of a host is the newest, and what was written to it: what gateways agree on. */
@Injectable()
export class AgentSocketsStore {
  /**
   * Records a connection as its host's newest and gives its id. Ids of a host rise in the order in which they are recorded,
   * whatever the clocks of the gateways say: else an agent that moved to a gateway whose clock is behind would be hung up on.
   */
  async open(tx: Transaction, { hostId, tenant }: ConnectingAgent): Promise<Uuid> {
    const own = newId(tx.now.getTime());
    const [row] = await tx.query<{ connectionId: Uuid }>(
      `insert into agent_sockets (host_id, tenant, connection_id, connected_at) values ($1, $2, $3, $4)
       on conflict (host_id) do update set connected_at = excluded.connected_at
       returning connection_id as "connectionId"`,
      [hostId, tenant, own, tx.now],
    );
    const before = row!.connectionId;
    if (before === own) return own;
    const connectionId = own > before ? own : newId(millisecondsOf(before) + 1);
    await tx.query('update agent_sockets set connection_id = $2 where host_id = $1', [hostId, connectionId]);
    return connectionId;
  }

  /**
   * True if the frame may be written: the socket is the host's newest, and this writing of the command was given to
   * none before, nor any of it a moment ago: a word of that may be on its way to whoever asks again, and an agent that is
   * told twice runs two scans. The row of the host is held, so that no newer socket comes between.
   */
  async claimFrame(tx: Transaction, { commandId, attempt, hostId, connectionId }: CommandFrame): Promise<boolean> {
    const rows = await tx.query(
      `insert into agent_frames (command_id, attempt, tenant, connection_id, sent_at)
       select $1, $2, $3, s.connection_id, $6
         from (select connection_id from agent_sockets where host_id = $4 and connection_id = $5 for share) s
        where not exists (select 1 from agent_frames f
                           where f.command_id = $1 and f.sent_at > $6::timestamptz - make_interval(secs => $7::float8 / 1000))
       on conflict do nothing returning 1`,
      [commandId, attempt, tx.tenant, hostId, connectionId, tx.now, limits.agentCommandAgainMs],
    );
    return rows.length > 0;
  }

  /** Those that may be held no longer, and why. Needs a transaction across tenants. */
  async ended(
    tx: Transaction,
    held: readonly HeldSocket[],
  ): Promise<{ readonly connectionId: Uuid; readonly because: 'revoked' | 'moved' | 'replaced' }[]> {
    return tx.query(
      `select * from (
         select g.connection_id as "connectionId",
                case when c.id is null or c.revoked_at is not null or c.disabled_at is not null or c.expires_at <= $4
                          or t.deleted_at is not null then 'revoked'
                     when c.host_id <> g.host_id then 'moved'
                     when s.connection_id > g.connection_id then 'replaced' end as because
           from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as g (connection_id, host_id, credential_id)
           left join credentials c on c.id = g.credential_id
           left join tenants t on t.slug = c.tenant
           left join agent_sockets s on s.host_id = g.host_id) e
        where because is not null`,
      [
        held.map(({ connectionId }) => connectionId),
        held.map(({ hostId }) => hostId),
        held.map(({ credentialId }) => credentialId),
        tx.now,
      ],
    );
  }

  /** Forgets frames that were written before. Needs a transaction across tenants. */
  async forgetFrames(tx: Transaction, before: Date): Promise<void> {
    await tx.query('delete from agent_frames where sent_at < $1', [before]);
  }
}

/** The first 48 bits of a UUIDv7 (RFC 9562 §5.7). */
function millisecondsOf(id: Uuid): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16);
}

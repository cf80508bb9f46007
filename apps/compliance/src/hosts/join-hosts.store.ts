import type { HostDialect } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** What a host leaves to the one that it is joined into: whatever that one does not know better. */
const inherit = `
  update hosts h
     set machine_id = coalesce(h.machine_id, f.machine_id), api_id = coalesce(h.api_id, f.api_id),
         os_info = coalesce(h.os_info, f.os_info), scanner_info = coalesce(h.scanner_info, f.scanner_info),
         agent_version = coalesce(h.agent_version, f.agent_version),
         groups = h.groups || array(select g from unnest(f.groups) g where not g = any(h.groups)),
         tenant_users = case when h.tenant_users = '{}' then f.tenant_users else h.tenant_users end,
         proven = h.proven or f.proven,
         first_seen_at = least(h.first_seen_at, f.first_seen_at),
         last_seen_at = case when h.proven = f.proven then greatest(h.last_seen_at, f.last_seen_at)
                             when h.proven then h.last_seen_at else f.last_seen_at end,
         check_at = case when h.silent_since is null and f.silent_since is null
                         then least(h.check_at, f.check_at) else $4 end,
         silent_since = null,
         version = greatest(h.version, f.version) + 1
    from hosts f where h.tenant = $1 and h.id = $3 and f.tenant = $1 and f.id = $2`;

const end = `
  update hosts set joined_into = $3, removed_at = coalesce(removed_at, $4), check_at = null, silent_since = null,
                   version = version + 1
   where tenant = $1 and (id = $2 or joined_into = $2)`;

/** Moves of ids between hosts. The caller holds the tenant's lock. */
export class JoinHostsStore {
  /** Ends host `from` in host `into`, ids, settings that `into` has not, sockets and all. */
  async join(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    const ends = [tx.tenant, from, into, tx.now];
    await tx.query('update host_ids set host_id = $3 where tenant = $1 and host_id = $2', [tx.tenant, from, into]);
    await tx.query(inherit, ends);
    await tx.query(end, ends);
    await tx.query(
      `delete from agent_connections where tenant = $1 and host_id in ($2, $3) and connection_id <>
         (select max(connection_id::text)::uuid from agent_connections where tenant = $1 and host_id in ($2, $3))`,
      [tx.tenant, from, into],
    );
    await tx.query('update agent_connections set host_id = $3 where tenant = $1 and host_id = $2', [
      tx.tenant,
      from,
      into,
    ]);
  }

  /** Takes a host away, with its ids: an agent that lives on all the same is a new host. */
  async remove(tx: Transaction, hostId: Uuid): Promise<void> {
    await tx.query('delete from host_ids where tenant = $1 and host_id = $2', [tx.tenant, hostId]);
    await tx.query(
      `update hosts set removed_at = $3, check_at = null, silent_since = null, version = version + 1
        where tenant = $1 and id = $2`,
      [tx.tenant, hostId, tx.now],
    );
    await tx.query('delete from agent_connections where tenant = $1 and host_id = $2', [tx.tenant, hostId]);
  }

  /** Where an id is, and the host it had before any join; null for an id that nobody knows. */
  async placeOf(
    tx: Transaction,
    dialect: HostDialect,
    id: string,
  ): Promise<{ hostId: Uuid; firstHostId: Uuid; firstJoinedInto: Uuid | null; ids: number } | null> {
    const [place] = await tx.query<{ hostId: Uuid; firstHostId: Uuid; firstJoinedInto: Uuid | null; ids: number }>(
      `select i.host_id as "hostId", i.first_host_id as "firstHostId", f.joined_into as "firstJoinedInto",
              (select count(*)::int from host_ids o where o.tenant = $1 and o.host_id = i.host_id) as ids
         from host_ids i left join hosts f on f.id = i.first_host_id where i.tenant = $1 and i.dialect = $2 and i.id = $3`,
      [tx.tenant, dialect, id],
    );
    return place ?? null;
  }

  /** A joined host is there again, with the ids that it had. */
  async revive(tx: Transaction, hostId: Uuid, from: Uuid): Promise<void> {
    await tx.query(
      `update host_ids set host_id = $2, linked_by = 'admin' where tenant = $1 and first_host_id = $2 and host_id = $3`,
      [tx.tenant, hostId, from],
    );
    await tx.query(
      `update hosts set joined_into = null, removed_at = null, check_at = $3, version = version + 1
        where tenant = $1 and id = $2`,
      [tx.tenant, hostId, tx.now],
    );
  }

  /** One id goes to a host that was just made for it. */
  async moveId(tx: Transaction, dialect: HostDialect, id: string, into: Uuid): Promise<void> {
    await tx.query(
      `update host_ids set host_id = $4, first_host_id = $4, linked_by = 'admin'
        where tenant = $1 and dialect = $2 and id = $3`,
      [tx.tenant, dialect, id, into],
    );
  }

  /** After ids went away: the API id is one that is still the host's, and its life is that of the ids that are left. */
  async settle(tx: Transaction, hostId: Uuid): Promise<void> {
    await tx.query(
      `update hosts h set version = version + 1,
              api_id = (select case when bool_or(i.id = h.api_id) then h.api_id else min(i.id) end
                          from host_ids i where i.tenant = $1 and i.host_id = h.id and i.dialect = 'patchmon'),
              proven = exists (select 1 from host_ids i
                                where i.tenant = $1 and i.host_id = h.id and i.bound and i.received_at is not null)
        where h.tenant = $1 and h.id = $2`,
      [tx.tenant, hostId],
    );
  }
}

import type { Principal } from '@assay/identity';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limitsOf, visible } from '../hosts/known-hosts.store.js';

/** Hosts as signals name them, by what compliance has told of them. */
@Injectable()
export class VisibleHostsStore {
  /** Ids of the hosts that a caller whose credential names some may see: those that it names itself, and all that these have. */
  async named(tx: Transaction, caller: Principal, hosts: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select i.id::text as id from known_hosts h join known_host_ids i on i.tenant = h.tenant and i.host_id = h.host_id
        where h.tenant = $1 and ${visible}`,
      [tx.tenant, ...limitsOf(caller)],
    );
    const hidden = new Set(await this.hidden(tx, caller));
    return [...new Set([...hosts, ...rows.map(({ id }) => id)])].filter((id) => !hidden.has(id));
  }

  /** Ids of the hosts that are shown to others alone. */
  async hidden(tx: Transaction, caller: Principal): Promise<string[]> {
    const [, names] = limitsOf(caller);
    if (names === null) return [];
    const rows = await tx.query<{ id: string }>(
      `select i.id::text as id from known_hosts h join known_host_ids i on i.tenant = h.tenant and i.host_id = h.host_id
        where h.tenant = $1 and h.tenant_users <> '{}' and not h.tenant_users && $2::text[]`,
      [tx.tenant, names],
    );
    return rows.map(({ id }) => id);
  }
}

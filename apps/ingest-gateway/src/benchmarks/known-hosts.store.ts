import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** Hosts by what people and documents call them. */
@Injectable()
export class KnownHostsStore {
  /** Those that have this name, in any case, or are known by this id to anybody; two at most, which says that it is no one's. */
  async named(tx: Transaction, name: string): Promise<Uuid[]> {
    const rows = await tx.query<{ id: Uuid }>(
      `select host_id as id from agent_hosts where tenant = $1 and lower(hostname) = lower($2) and not removed
        union
       select h.host_id from agent_host_ids i join agent_hosts h on h.host_id = i.host_id
        where i.tenant = $1 and i.dialect in ('native', 'santamon', 'patchmon') and i.id = $2 and not h.removed
        limit 2`,
      [tx.tenant, name],
    );
    return rows.map(({ id }) => id);
  }
}

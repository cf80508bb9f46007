import type { Transaction } from '@assay/persistence';
import { type HostVisibility, visibleHosts } from './host-visibility.js';

/** The newest heartbeat of an agent of Santamon. */
export interface SantamonAgent {
  readonly id: string;
  readonly saidAt: string;
  readonly receivedAt: Date;
  readonly version: string | null;
  readonly osVersion: string | null;
  readonly uptimeSeconds: number | null;
}

/** Where a page of agents ended. */
export interface AgentPosition {
  readonly at: string;
  readonly id: string;
}

/**
 * There is one row per agent, so that a limit can never hide one behind the heartbeats of another. No index follows the
 * time of the newest heartbeat, because each would then cost an index entry; a tenant's agents are sorted instead, as many as
 * are asked for kept: 10,000 take some milliseconds.
 */
const list = `
  select i.id, i.said_at as "saidAt", i.received_at as "receivedAt", i.version, i.os_version as "osVersion",
         i.uptime_seconds as "uptimeSeconds"
    from host_ids i join hosts h on h.id = i.host_id
   where i.tenant = $1 and i.dialect = 'santamon' and h.removed_at is null and ${visibleHosts('$2', '$3')}
     and i.received_at > $4 and i.received_at <= $5
     and ($6::timestamptz is null or (i.received_at, i.id) < ($6, $7))
   order by i.received_at desc, i.id desc limit $8`;

/** Santamon's agents, newest first. */
export class SantamonAgents {
  /** Those whose newest heartbeat came after `since` and not after `until`. */
  async list(
    tx: Transaction,
    { scope, names }: HostVisibility,
    range: { readonly since: Date | null; readonly until: Date | null },
    after: AgentPosition | null,
    limit: number,
  ): Promise<SantamonAgent[]> {
    const since = range.since?.toISOString() ?? '-infinity';
    const until = range.until?.toISOString() ?? 'infinity';
    const position = [after?.at ?? null, after?.id ?? null];
    return tx.query<SantamonAgent>(list, [tx.tenant, scope, names, since, until, ...position, limit]);
  }
}

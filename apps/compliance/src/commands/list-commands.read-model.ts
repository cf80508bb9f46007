import type { AgentCommandStatus } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { type HostVisibility, visibleHosts } from '../hosts/host-visibility.js';
import type { AgentCommand } from './agent-command.js';
import { commandColumns } from './commands.store.js';

/** Which commands. */
export interface CommandFilter {
  readonly hostId: Uuid | null;
  readonly status: AgentCommandStatus | null;
}

/** What people see of commands: those of hosts that they see. */
export class ListCommands {
  /** Newest first, along the primary key, or `agent_commands_host_idx` for those of one host. */
  async page(
    tx: Transaction,
    { hostId, status }: CommandFilter,
    { scope, names }: HostVisibility,
    limit: number,
    before: Uuid | null,
  ): Promise<AgentCommand[]> {
    return tx.query<AgentCommand>(
      `select ${commandColumns} from agent_commands c
        where c.tenant = $1 and ($4::uuid is null or c.host_id = $4) and ($5::text is null or c.status = $5)
          and ($6::uuid is null or c.id < $6)
          and (($2::text[] is null and $3::text[] is null) or exists
            (select 1 from hosts h where h.tenant = c.tenant and h.id = c.host_id and ${visibleHosts('$2', '$3')}))
        order by c.id desc limit $7`,
      [tx.tenant, scope, names, hostId, status, before, limit],
    );
  }
}

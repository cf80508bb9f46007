import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SignalGroupsStore } from './signal-groups.store.js';
import { SignalScope } from './signal-scope.service.js';
import type { ListSignalGroupsDto, SignalGroupPageDto } from './signals.dto.js';
import { toGroupDto } from './signals.mapper.js';

const cursorSchema = z.tuple([z.string(), z.string()]);

/** Lists the rules that matched on the hosts that somebody may see. */
@Injectable()
export class ListSignalGroups {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: SignalGroupsStore,
    private readonly scope: SignalScope,
  ) {}

  async execute(caller: Principal, query: ListSignalGroupsDto): Promise<SignalGroupPageDto> {
    const { host, rule = null, unresolved, limit, cursor } = query;
    const after = cursor === undefined ? (['', ''] as const) : decodeCursor(cursor, cursorSchema);
    const rows = await this.transactions.run(caller.tenant, async (tx) => {
      const { hosts, hidden } = await this.scope.of(tx, caller, host);
      return this.groups.list(tx, { hosts, hidden, rule, unresolved }, limit + 1, after);
    });
    const { items, nextCursor } = pageOf(rows, limit, ({ host_id, rule_id }) => [host_id, rule_id]);
    return { items: items.map(toGroupDto), nextCursor };
  }
}

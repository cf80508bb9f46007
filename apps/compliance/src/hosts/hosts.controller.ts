import { Allow, Caller, type Principal } from '@assay/identity';
import { isUuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeSettings } from './change-settings.service.js';
import { hostUnknown } from './hosts.errors.js';
import {
  HostDetailDto,
  HostPageDto,
  HostQueryDto,
  JoinHostDto,
  PatchHostDto,
  SplitHostDto,
  toHostDetailDto,
  toHostDto,
} from './hosts.dto.js';
import { visibilityOf } from './host-visibility.js';
import { JoinHosts } from './join-hosts.service.js';
import { ListHosts } from './list-hosts.read-model.js';
import { ShowHost } from './show-host.service.js';

const cursorSchema = z.object({ name: z.string(), id: z.uuid() });

@ApiTags('hosts')
@Controller('api/v1/hosts')
export class HostsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly listHosts: ListHosts,
    private readonly showHost: ShowHost,
    private readonly changeSettings: ChangeSettings,
    private readonly joinHosts: JoinHosts,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Hosts that the caller may see, by name; silent ones too' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: HostPageDto })
  async list(@Caller() caller: Principal, @Query() query: HostQueryDto): Promise<HostPageDto> {
    const { limit, cursor, count, group = null, silent = null, mode = null, search = null } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, cursorSchema);
    const filter = { group, silent, mode, search };
    const visibility = visibilityOf(caller);
    return this.transactions.run(caller.tenant, async (tx) => {
      const rows = await this.listHosts.list(tx, visibility, filter, limit + 1, after);
      const { items, nextCursor } = pageOf(rows, limit, ({ name, id }) => ({ name, id }));
      const page = { items: items.map(toHostDto), nextCursor };
      return count ? { ...page, total: await this.listHosts.count(tx, visibility, filter) } : page;
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'A host: its ids, agents, connection, schedule and newest benchmarks' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: HostDetailDto })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<HostDetailDto> {
    return this.transactions.run(caller.tenant, (tx) => this.detail(tx, caller, id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes what holds for a host; its agent is told' })
  @Allow('admin')
  @ApiOkResponse({ type: HostDetailDto })
  async patch(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() change: PatchHostDto,
  ): Promise<HostDetailDto> {
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.changeSettings.ofHost(tx, caller, uuid(id), change);
      return this.detail(tx, caller, id);
    });
  }

  @Post(':id/join')
  @HttpCode(200)
  @ApiOperation({ summary: 'Says that another host is this one: it ends here, with all that is known of it' })
  @Allow('admin')
  @ApiOkResponse({ type: HostDetailDto })
  async join(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() { hostId }: JoinHostDto,
  ): Promise<HostDetailDto> {
    const host = await this.joinHosts.join(caller, uuid(id), hostId);
    return this.transactions.run(caller.tenant, (tx) => this.detail(tx, caller, host.id));
  }

  @Post(':id/split')
  @HttpCode(200)
  @ApiOperation({ summary: 'Says that an id is another host; gives that one' })
  @Allow('admin')
  @ApiOkResponse({ type: HostDetailDto })
  async split(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() { dialect, id: external }: SplitHostDto,
  ): Promise<HostDetailDto> {
    const host = await this.joinHosts.split(caller, uuid(id), dialect, external);
    return this.transactions.run(caller.tenant, (tx) => this.detail(tx, caller, host.id));
  }

  private async detail(tx: Transaction, caller: Principal, id: string): Promise<HostDetailDto> {
    const { host, detail, connection, schedule } = await this.showHost.execute(tx, visibilityOf(caller), uuid(id));
    return toHostDetailDto(host, detail, connection, schedule);
  }
}

/** @throws AssayError `hosts.unknown`: what is no id of ours names nothing */
function uuid(id: string): string {
  const lower = id.toLowerCase();
  if (!isUuid(lower)) throw hostUnknown();
  return lower;
}

import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limits } from '../limits.js';
import { ChangeSettings } from './change-settings.service.js';
import {
  HostGroupDto,
  HostGroupPageDto,
  HostGroupQueryDto,
  PutHostGroupDto,
  toHostGroupDto,
} from './host-groups.dto.js';
import { HostGroupsStore } from './host-groups.store.js';
import type { HostsErrorCode } from './hosts.errors.js';
import { checkScanTimes } from './scan-times.js';

@ApiTags('hosts')
@Controller('api/v1/host-groups')
export class HostGroupsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: HostGroupsStore,
    private readonly changeSettings: ChangeSettings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Groups of hosts that have settings, by name' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: HostGroupPageDto })
  async list(@Caller() caller: Principal, @Query() { limit, cursor }: HostGroupQueryDto): Promise<HostGroupPageDto> {
    const after = cursor === undefined ? null : decodeCursor(cursor, z.string());
    const rows = await this.transactions.run(caller.tenant, (tx) => this.groups.list(tx, after, limit + 1));
    const { items, nextCursor } = pageOf(rows, limit, ({ name }) => name);
    return { items: items.map(toHostGroupDto), nextCursor };
  }

  @Get(':name')
  @ApiOperation({ summary: 'What holds for the hosts of a group' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: HostGroupDto })
  async get(@Caller() caller: Principal, @Param('name') name: string): Promise<HostGroupDto> {
    return this.transactions.run(caller.tenant, (tx) => this.show(tx, name));
  }

  @Put(':name')
  @ApiOperation({ summary: 'Sets what holds for the hosts of a group; they and their agents get it at once' })
  @Allow('admin')
  @ApiOkResponse({ type: HostGroupDto })
  async put(
    @Caller() { tenant, actor }: Principal,
    @Param('name') name: string,
    @Body() body: PutHostGroupDto,
  ): Promise<HostGroupDto> {
    if (name.length > limits.hostNameLength) throw unknownGroup();
    const timeZone = body.timeZone ?? 'UTC';
    checkScanTimes(body.scanCron ?? null, timeZone);
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.changeSettings.ofGroup(tx, name, {
        complianceMode: body.complianceMode ?? null,
        updateIntervalMinutes: body.updateIntervalMinutes ?? null,
        scanIntervalMinutes: body.scanIntervalMinutes ?? null,
        silentAfterMinutes: body.silentAfterMinutes ?? null,
        scanCron: body.scanCron ?? null,
        timeZone,
      });
      return this.show(tx, name);
    });
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: "Takes a group's settings away; its hosts stay what they are" })
  @Allow('admin')
  @ApiNoContentResponse()
  async remove(@Caller() { tenant, actor }: Principal, @Param('name') name: string): Promise<void> {
    await this.transactions.run({ tenant, actor }, async (tx) => {
      await this.show(tx, name);
      await this.changeSettings.ofGroup(tx, name, null);
    });
  }

  private async show(tx: Transaction, name: string): Promise<HostGroupDto> {
    const group = await this.groups.get(tx, name);
    if (group === null) throw unknownGroup();
    return toHostGroupDto(group);
  }
}

function unknownGroup(): AssayError<HostsErrorCode> {
  return new AssayError('not-found', 'hosts.unknown-group', 'No settings are kept for this group.');
}

import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { visibilityOf } from '../hosts/host-visibility.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { Dashboard, joinParts } from './dashboard.read-model.js';
import { HostScans } from './host-scans.read-model.js';
import { idOf } from './patchmon-reads.js';
import { PatchMonProfiles } from './profiles.read-model.js';
import { TrendQueryDto } from './reads.dto.js';

const anObject = { schema: { type: 'object', additionalProperties: true } };
const aList = { schema: { type: 'array', items: { type: 'object', additionalProperties: true } } };

/** What PatchMon's first pages read (`wire/patchmon.md` §6.1). Errors are `{"error": …}`. */
@ApiTags('patchmon')
@Controller('api/v1/compliance')
@Allow('admin', 'analyst', 'viewer')
export class DashboardController {
  constructor(
    private readonly transactions: Transactions,
    private readonly dashboard: Dashboard,
    private readonly profiles: PatchMonProfiles,
    private readonly hosts: HostsStore,
    private readonly scans: HostScans,
  ) {}

  @Get('dashboard')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'Hosts, scores, failing rules and recent scans at a glance' })
  @ApiOkResponse(anObject)
  async show(@Caller() caller: Principal): Promise<string> {
    const parts = await this.transactions.run(caller.tenant, (tx) => this.dashboard.read(tx, visibilityOf(caller)));
    return joinParts(parts);
  }

  @Get('profiles')
  @ApiOperation({ summary: 'Profiles by name, with how many rules and scans each has' })
  @ApiOkResponse(aList)
  async listProfiles(@Caller() { tenant }: Principal): Promise<object[]> {
    return this.transactions.run(tenant, (tx) => this.profiles.list(tx));
  }

  @Get('trends/:hostId')
  @ApiOperation({ summary: 'Scores of a host over some days, oldest first' })
  @ApiOkResponse(aList)
  async trend(
    @Caller() caller: Principal,
    @Param('hostId') hostId: string,
    @Query() { days }: TrendQueryDto,
  ): Promise<object[]> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const { id } = await this.hosts.get(tx, idOf('host', hostId), visibilityOf(caller));
      return this.scans.trend(tx, id, days);
    });
  }
}

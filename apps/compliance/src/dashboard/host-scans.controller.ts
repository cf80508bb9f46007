import { Allow, Caller, type Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { visibilityOf } from '../hosts/host-visibility.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { HostScans } from './host-scans.read-model.js';
import { idOf, noScans, paginationOf } from './patchmon-reads.js';
import { HistoryQueryDto, HostScansQueryDto, LatestQueryDto } from './reads.dto.js';
import { ScanResults } from './scan-results.read-model.js';

const anObject = { schema: { type: 'object', additionalProperties: true } };

/** Scans as PatchMon's pages read them (`wire/patchmon.md` §6.1); literal paths stand before those with a host. */
@ApiTags('patchmon')
@Controller('api/v1/compliance/scans')
@Allow('admin', 'analyst', 'viewer')
export class HostScansController {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: HostsStore,
    private readonly scans: HostScans,
    private readonly results: ScanResults,
  ) {}

  @Get('active')
  @ApiOperation({ summary: 'Scans that run now' })
  @ApiOkResponse(anObject)
  async active(@Caller() caller: Principal): Promise<object> {
    const activeScans = await this.read(caller, (tx) => this.scans.active(tx, visibilityOf(caller)));
    return { activeScans, count: activeScans.length };
  }

  @Get('history')
  @ApiOperation({ summary: 'Scans of every host, newest first' })
  @ApiOkResponse(anObject)
  async history(@Caller() caller: Principal, @Query() query: HistoryQueryDto): Promise<object> {
    const { status = null, host_id, profile_type = null, search = null } = query;
    const hostId = host_id === undefined || host_id === '' ? null : idOf('host', host_id);
    const filter = { status, hostId, profileType: profile_type, search };
    const { scans, total } = await this.read(caller, (tx) =>
      this.scans.history(tx, visibilityOf(caller), filter, query),
    );
    return { scans, pagination: paginationOf(query, total) };
  }

  @Get('stalled')
  @ApiOperation({ summary: 'Scans that have run for more than three hours' })
  @ApiOkResponse(anObject)
  async stalled(@Caller() caller: Principal): Promise<object> {
    const stalledScans = await this.read(caller, (tx) => this.scans.stalled(tx, visibilityOf(caller)));
    return { stalledScans, count: stalledScans.length };
  }

  @Get(':hostId')
  @ApiOperation({ summary: 'Scans of a host, newest first' })
  @ApiOkResponse(anObject)
  async ofHost(
    @Caller() caller: Principal,
    @Param('hostId') hostId: string,
    @Query() query: HostScansQueryDto,
  ): Promise<object> {
    const { scans, total } = await this.readHost(caller, hostId, (tx, id) => this.scans.ofHost(tx, id, query));
    return { scans, pagination: paginationOf(query, total) };
  }

  @Get(':hostId/latest')
  @ApiOperation({ summary: 'The newest completed scan of a host, with its results' })
  @ApiOkResponse(anObject)
  async latest(
    @Caller() caller: Principal,
    @Param('hostId') hostId: string,
    @Query() { profile_type }: LatestQueryDto,
  ): Promise<object> {
    return this.readHost(caller, hostId, async (tx, id) => {
      const scan = await this.scans.latest(tx, id, profile_type ?? null);
      if (scan === null) throw noScans();
      return { ...scan, compliance_results: await this.results.all(tx, scan.id) };
    });
  }

  @Get(':hostId/latest-by-type')
  @ApiOperation({ summary: 'The newest completed scan of a host for each type of profile' })
  @ApiOkResponse(anObject)
  async latestByType(@Caller() caller: Principal, @Param('hostId') hostId: string): Promise<object> {
    const scans = await this.readHost(caller, hostId, (tx, id) => this.results.latestByType(tx, id));
    return Object.fromEntries(
      scans.map(({ severity_breakdown, section_breakdown, ...scan }) => [
        scan.profile_type,
        scan.profile_type === 'docker-bench' ? { ...scan, section_breakdown } : { ...scan, severity_breakdown },
      ]),
    );
  }

  private async read<Result>(caller: Principal, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.transactions.run(caller.tenant, work);
  }

  private async readHost<Result>(
    caller: Principal,
    hostId: string,
    work: (tx: Transaction, id: Uuid) => Promise<Result>,
  ): Promise<Result> {
    const wanted = idOf('host', hostId);
    return this.read(caller, async (tx) => work(tx, (await this.hosts.get(tx, wanted, visibilityOf(caller))).id));
  }
}

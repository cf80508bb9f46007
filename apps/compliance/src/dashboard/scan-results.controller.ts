import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { scanUnknown } from '../benchmarks/benchmarks.errors.js';
import { visibilityOf } from '../hosts/host-visibility.js';
import { idOf, paginationOf, type ReadsErrorCode, statusesOf } from './patchmon-reads.js';
import { AffectedHostsQueryDto, ResultsQueryDto, RulesQueryDto } from './reads.dto.js';
import { Rules } from './rules.read-model.js';
import { ScanResults } from './scan-results.read-model.js';

const anObject = { schema: { type: 'object', additionalProperties: true } };

/** Results and rules as PatchMon's pages read them (`wire/patchmon.md` §6.1). */
@ApiTags('patchmon')
@Controller('api/v1/compliance')
@Allow('admin', 'analyst', 'viewer')
export class ScanResultsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly results: ScanResults,
    private readonly rules: Rules,
  ) {}

  @Get('results/:scanId')
  @ApiOperation({ summary: 'Results of a scan, what needs attention first' })
  @ApiOkResponse(anObject)
  async ofScan(
    @Caller() caller: Principal,
    @Param('scanId') scanId: string,
    @Query() query: ResultsQueryDto,
  ): Promise<object> {
    const wanted = idOf('scan', scanId);
    const filter = { statuses: statusesOf(query.status), severity: query.severity ?? null };
    return this.transactions.run(caller.tenant, async (tx) => {
      const id = await this.results.scan(tx, visibilityOf(caller), wanted);
      if (id === null) throw scanUnknown();
      const { results, total } = await this.results.page(tx, id, filter, query);
      const pagination = paginationOf(query, total);
      return query.offset > 0
        ? { results, pagination }
        : { results, pagination, severity_breakdown: await this.results.breakdown(tx, id) };
    });
  }

  @Get('rules')
  @ApiOperation({ summary: 'Rules, with how many hosts pass and fail each' })
  @ApiOkResponse(anObject)
  async listRules(@Caller() caller: Principal, @Query() query: RulesQueryDto): Promise<object> {
    const { severity = null, status = null, search = null, profile_type = null, host_id, sort_by, sort_dir } = query;
    const hostId = host_id === undefined || host_id === '' ? null : idOf('host', host_id);
    const filter = { severity, status, search, profileType: profile_type, hostId };
    const sort = { by: sort_by, descending: sort_dir === 'desc' };
    const { rules, total } = await this.transactions.run(caller.tenant, (tx) =>
      this.rules.list(tx, visibilityOf(caller), filter, sort, query),
    );
    return { rules, pagination: paginationOf(query, total) };
  }

  @Get('rules/:id')
  @ApiOperation({ summary: 'A rule, and the hosts that fail it' })
  @ApiOkResponse(anObject)
  async rule(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: AffectedHostsQueryDto,
  ): Promise<object> {
    const wanted = idOf('rule', id);
    return this.transactions.run(caller.tenant, async (tx) => {
      const rule = await this.rules.find(tx, wanted);
      if (rule === null) throw new AssayError<ReadsErrorCode>('not-found', 'reads.unknown-rule', 'Rule not found');
      const { hosts, total } = await this.rules.affectedHosts(tx, visibilityOf(caller), wanted, query);
      return { rule, affected_hosts: hosts, pagination: paginationOf(query, total) };
    });
  }
}

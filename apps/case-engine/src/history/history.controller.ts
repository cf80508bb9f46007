import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { toRunFilter } from '../runs/runs.dto.js';
import { AuditTrailDto, toAuditTrailDto, toTrendDto, TrendDto, TrendQueryDto } from './history.dto.js';
import { ReadAuditTrail } from './read-audit-trail.service.js';
import { ReadTrend } from './read-trend.service.js';

@ApiTags('history')
@Controller('api/v1')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class HistoryController {
  constructor(
    private readonly readTrend: ReadTrend,
    private readonly readAuditTrail: ReadAuditTrail,
  ) {}

  @Get('history/trend')
  @ApiOperation({ summary: 'How counts, new and fixed findings went: by day, by week or run by run' })
  @ApiOkResponse({ type: TrendDto })
  async trend(@Query() { bucket, ...query }: TrendQueryDto, @Caller() caller: Principal): Promise<TrendDto> {
    return toTrendDto(await this.readTrend.execute(caller, toRunFilter(query), bucket), bucket);
  }

  @Get('runs/:id/audit-trail')
  @ApiOperation({ summary: 'What happened to a run, in order: accepted, scanned, attested, judged, who was told' })
  @ApiOkResponse({ type: AuditTrailDto })
  async auditTrail(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<AuditTrailDto> {
    return toAuditTrailDto(id, await this.readAuditTrail.execute(caller, id));
  }
}

import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor } from '@assay/service-host';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CaseNumberPipe } from '../cases/case-number.pipe.js';
import { ReadRuns } from './read-runs.service.js';
import type { RunFilter } from './read-runs.store.js';
import {
  CaseHistoryQueryDto,
  DiffQueryDto,
  HistoryQueryDto,
  RunDiffDto,
  RunPageDto,
  toDiffDto,
  toRunDto,
  toRunFilter,
  toWholeRunDto,
  WholeRunDto,
} from './runs.dto.js';

@ApiTags('history')
@Controller('api/v1')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class RunsController {
  constructor(private readonly runs: ReadRuns) {}

  @Get('history')
  @ApiOperation({ summary: 'Runs, the last recorded first' })
  @ApiOkResponse({ type: RunPageDto })
  async history(@Query() query: HistoryQueryDto, @Caller() caller: Principal): Promise<RunPageDto> {
    return this.page(caller, toRunFilter(query), query.limit, query.cursor);
  }

  @Get('cases/:id/history')
  @ApiOperation({ summary: 'Runs of one case, the last recorded first' })
  @ApiOkResponse({ type: RunPageDto })
  async historyOfCase(
    @Param('id', CaseNumberPipe) caseId: number,
    @Query() { limit, cursor }: CaseHistoryQueryDto,
    @Caller() caller: Principal,
  ): Promise<RunPageDto> {
    return this.page(caller, { caseId }, limit, cursor);
  }

  @Get('cases/:id/diff')
  @ApiOperation({ summary: 'What the newest run of a case has and another one has not, and the other way round' })
  @ApiOkResponse({ type: RunDiffDto })
  async diff(
    @Param('id', CaseNumberPipe) caseId: number,
    @Query() { against }: DiffQueryDto,
    @Caller() caller: Principal,
  ): Promise<RunDiffDto> {
    return toDiffDto(await this.runs.compare(caller, caseId, against ?? null));
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'One run: where it came from, its documents, counts and verdict' })
  @ApiOkResponse({ type: WholeRunDto })
  async read(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<WholeRunDto> {
    return toWholeRunDto(await this.runs.findOwned(caller, id));
  }

  private async page(
    caller: Principal,
    filter: RunFilter & { readonly team?: string },
    limit: number,
    cursor?: string,
  ): Promise<RunPageDto> {
    const before = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    const page = await this.runs.list(caller, filter, limit, before);
    return { items: page.items.map(toRunDto), nextCursor: page.nextCursor };
  }
}

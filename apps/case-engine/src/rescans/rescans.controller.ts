import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor } from '@assay/service-host';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReadRescans } from './read-rescans.service.js';
import {
  ListRescansDto,
  RescanDto,
  RescanPageDto,
  RunRescanDto,
  RunRescanPageDto,
  StartRescanDto,
  toRescanDto,
  toRunRescanDto,
} from './rescans.dto.js';
import { isEverything } from './rescan.js';
import { StartRescan } from './start-rescan.service.js';

@ApiTags('rescans')
@Controller('api/v1')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class RescansController {
  constructor(
    private readonly rescans: ReadRescans,
    private readonly startRescan: StartRescan,
  ) {}

  @Post('rescans')
  @HttpCode(202)
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Verifies and matches runs anew: all that are monitored, those of a repository, or one' })
  @ApiAcceptedResponse({ type: RescanDto })
  async start(@Body() body: StartRescanDto, @Caller() caller: Principal): Promise<RescanDto> {
    const { refreshFeeds, ...asked } = body;
    const scope = await this.rescans.scopeFor(caller, asked);
    const { id } = await this.startRescan.execute(caller, {
      scope,
      trigger: 'request',
      refreshFeeds: refreshFeeds ?? isEverything(scope),
    });
    return toRescanDto(await this.rescans.find(caller, id));
  }

  @Get('rescans')
  @ApiOperation({ summary: 'Rescans, newest first' })
  @ApiOkResponse({ type: RescanPageDto })
  async list(@Query() { limit, cursor }: ListRescansDto, @Caller() caller: Principal): Promise<RescanPageDto> {
    const page = await this.rescans.list(caller, limit, cursor === undefined ? null : decodeCursor(cursor, z.uuid()));
    return { items: page.items.map(toRescanDto), nextCursor: page.nextCursor };
  }

  @Get('rescans/:id')
  @ApiOperation({ summary: 'How far a rescan is, with the jobs that share its work' })
  @ApiOkResponse({ type: RescanDto })
  async read(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<RescanDto> {
    return toRescanDto(await this.rescans.find(caller, id));
  }

  @Get('runs/:id/rescans')
  @ApiOperation({ summary: 'What rescans came to in a run, newest first' })
  @ApiOkResponse({ type: RunRescanPageDto })
  async ofRun(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor }: ListRescansDto,
    @Caller() caller: Principal,
  ): Promise<RunRescanPageDto> {
    const before = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    const page = await this.rescans.ofRun(caller, id, limit, before);
    return { items: page.items.map(({ news, ...each }) => toRunRescanDto(each, news)), nextCursor: page.nextCursor };
  }

  @Get('runs/:id/rescans/:rescanId')
  @ApiOperation({ summary: 'What one rescan came to in a run, with all that it found' })
  @ApiOkResponse({ type: RunRescanDto })
  async inRun(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('rescanId', ParseUUIDPipe) rescanId: string,
    @Caller() caller: Principal,
  ): Promise<RunRescanDto> {
    const { news, ...rescan } = await this.rescans.inRun(caller, id, rescanId);
    return toRunRescanDto(rescan, news);
  }
}

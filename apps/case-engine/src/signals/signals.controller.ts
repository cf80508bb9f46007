import { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeSignals } from './change-signals.service.js';
import { ListSignalGroups } from './list-signal-groups.service.js';
import { OpenContext } from './open-context.service.js';
import { ReadSignals } from './read-signals.service.js';
import { ReadSignalStats } from './read-signal-stats.service.js';
import {
  ChangedSignalsDto,
  ChangeSignalDto,
  ChangeSignalsDto,
  ListSignalGroupsDto,
  ListSignalsDto,
  SignalDto,
  SignalGroupPageDto,
  SignalPageDto,
  SignalStatsDto,
  WholeSignalDto,
} from './signals.dto.js';
import { toChangeDto, toFilter, toSignalDto } from './signals.mapper.js';
import { signalJson } from './write-signal.js';

@ApiTags('signals')
@Controller('api/v1/signals')
@Allow('admin', 'analyst', 'viewer')
export class SignalsController {
  constructor(
    private readonly read: ReadSignals,
    private readonly stats: ReadSignalStats,
    private readonly groups: ListSignalGroups,
    private readonly change: ChangeSignals,
    private readonly openContext: OpenContext,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Signals, those that happened last first; their contexts stand with each' })
  @ApiOkResponse({ type: SignalPageDto })
  async list(@Query() query: ListSignalsDto, @Caller() caller: Principal): Promise<SignalPageDto> {
    const { rows, nextCursor, total } = await this.read.list(caller, toFilter(query), query);
    return { items: rows.map(toSignalDto), nextCursor, ...(total !== undefined && { total }) };
  }

  @Get('stats')
  @ApiOperation({ summary: 'How many there are, by severity, status, host and rule' })
  @ApiOkResponse({ type: SignalStatsDto })
  async count(@Caller() caller: Principal): Promise<SignalStatsDto> {
    return this.stats.execute(caller);
  }

  @Get('groups')
  @ApiOperation({ summary: 'Rules on hosts with their signals counted, by host and rule' })
  @ApiOkResponse({ type: SignalGroupPageDto })
  async listGroups(@Query() query: ListSignalGroupsDto, @Caller() caller: Principal): Promise<SignalGroupPageDto> {
    return this.groups.execute(caller, query);
  }

  @Post('changes')
  @HttpCode(200)
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Changes many signals at once: those with these ids, or those that a filter fits' })
  @ApiOkResponse({ type: ChangedSignalsDto })
  async changeMany(@Body() body: ChangeSignalsDto, @Caller() caller: Principal): Promise<ChangedSignalsDto> {
    const { ids, filter, ...change } = body;
    if (ids !== undefined) return this.change.byIds(caller, ids, change);
    return this.change.byFilter(caller, toFilter(filter ?? {}), change);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A signal with its context in full and what was done to it' })
  @ApiOkResponse({ type: WholeSignalDto })
  @ApiNotFoundResponse({ description: 'There is no such signal' })
  async show(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<StreamableFile> {
    const { signal, changes } = await this.read.show(caller, id);
    const fields = { ...toSignalDto(signal), digest: signal.digest, history: changes.map(toChangeDto) };
    const context = await this.openContext.execute(caller.tenant, signal);
    return new StreamableFile(Readable.from(signalJson(fields, context)), { type: 'application/json; charset=utf-8' });
  }

  @Patch(':id')
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Changes a signal: its status, who looks after it, what is said about it' })
  @ApiOkResponse({ type: SignalDto })
  @ApiNotFoundResponse({ description: 'There is no such signal' })
  async changeOne(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangeSignalDto,
    @Caller() caller: Principal,
  ): Promise<SignalDto> {
    await this.change.byId(caller, id, body);
    return toSignalDto((await this.read.show(caller, id)).signal);
  }
}

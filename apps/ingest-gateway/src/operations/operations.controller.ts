import { Allow, AllowPlatformAdmin, Caller, type Principal, servicePrincipal } from '@assay/identity';
import { platformTenant } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { ReplayResultDto } from '@assay/service-host';
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { limits } from '../limits.js';
import { AskServices } from './ask-services.service.js';
import { DeadLettersOfAll } from './dead-letters.service.js';
import { DeadLettersPageDto, DeadLettersQueryDto, OverviewDto, RebuildDto, ReplayQueryDto } from './operations.dto.js';
import { ReadOverview } from './read-overview.service.js';

@ApiTags('operations')
@Controller('api/v1')
export class GatewayOperationsController {
  constructor(
    private readonly deadLetters: DeadLettersOfAll,
    private readonly askServices: AskServices,
    private readonly messaging: Messaging,
    private readonly readOverview: ReadOverview,
  ) {}

  @Get('dead-letters')
  @Allow('admin')
  @ApiOperation({ summary: 'Events that a service gave up on, newest first, of all services' })
  @ApiOkResponse({ type: DeadLettersPageDto })
  async list(@Query() { limit }: DeadLettersQueryDto, @Caller() caller: Principal): Promise<DeadLettersPageDto> {
    const answers = await this.deadLetters.list(caller, limit);
    const items = answers
      .flatMap(({ answer }) => answer ?? [])
      .toSorted((one, other) => (one.failedAt < other.failedAt ? 1 : -1))
      .slice(0, limit);
    const missing = answers.filter(({ error }) => error !== undefined).map(({ service }) => service);
    return { items, nextCursor: null, missing };
  }

  @Post('dead-letters/:id/replay')
  @HttpCode(200)
  @Allow('admin')
  @ApiOperation({ summary: 'Give a dead letter to its consumer again' })
  @ApiOkResponse({ type: ReplayResultDto })
  async replay(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { service }: ReplayQueryDto,
    @Caller() caller: Principal,
  ): Promise<ReplayResultDto> {
    return this.deadLetters.replay(id, caller, service);
  }

  @Post('streams/rebuild')
  @HttpCode(200)
  @AllowPlatformAdmin()
  @ApiOperation({ summary: 'Publish again what the broker may have lost; consumers recognise what they know' })
  @ApiOkResponse({ type: RebuildDto })
  async rebuild(): Promise<RebuildDto> {
    const principal = servicePrincipal('ingest-gateway', platformTenant);
    const request = {
      method: 'POST',
      path: '/internal/streams/rebuild',
      principal,
      timeoutMs: limits.rebuildTimeoutMs,
    } as const;
    const answers = await this.askServices.all(request, async () => ({ events: await this.messaging.rebuildStream() }));
    const streams = answers.map(({ service, answer, error }) => ({
      service,
      events: answer?.events ?? null,
      error: error ?? null,
    }));
    return { streams };
  }

  @Get('overview')
  @Allow('admin', 'analyst', 'viewer')
  @ApiOperation({ summary: 'The day in numbers' })
  @ApiOkResponse({ type: OverviewDto })
  async overview(@Caller() caller: Principal): Promise<OverviewDto> {
    return this.readOverview.execute(caller);
  }
}

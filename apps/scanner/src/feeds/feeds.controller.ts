import type { Readable } from 'node:stream';
import { Allow, AllowPlatformAdmin, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { RawBody } from '@assay/service-host';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { noSuch } from '../scanner.errors.js';
import { ChooseSource } from './choose-source.service.js';
import {
  FeedListDto,
  FeedParamsDto,
  ImportedFileDto,
  ImportFileQueryDto,
  RefreshDto,
  RefreshFeedDto,
  toFeedDto,
  toRefreshDto,
} from './feeds.dto.js';
import { FeedsStore } from './feeds.store.js';
import { ImportUpload } from './import-upload.service.js';
import { RefreshRunner } from './refresh-runner.service.js';

@ApiTags('feeds')
@Controller('api/v1')
export class FeedsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedsStore,
    private readonly sources: ChooseSource,
    private readonly runner: RefreshRunner,
    private readonly importUpload: ImportUpload,
  ) {}

  @Get('feeds')
  @ApiOperation({ summary: 'The feeds: version, digest, age, last error, and what the last import did' })
  @Allow('admin', 'analyst', 'viewer', 'ci')
  @ApiOkResponse({ type: FeedListDto })
  async list(@Caller() caller: Principal): Promise<FeedListDto> {
    const items = await this.transactions.run(caller.tenant, async (tx) =>
      (await this.feeds.list(tx)).map((feed) => toFeedDto(feed, tx.now)),
    );
    return { items, nextCursor: null };
  }

  @Post('feeds/:feed/refresh')
  @ApiOperation({
    summary: 'Reads a feed again, in the background',
    description: 'Feeds belong to the whole installation, so its admins decide.',
  })
  @HttpCode(202)
  @AllowPlatformAdmin()
  @ApiAcceptedResponse({ type: RefreshDto })
  async refresh(
    @Caller() caller: Principal,
    @Param() { feed }: FeedParamsDto,
    @Body() { source }: RefreshFeedDto,
  ): Promise<RefreshDto> {
    const id = await this.runner.request(feed, await this.sources.asked(feed, source), caller.actor);
    return this.refreshed(id);
  }

  @Get('feeds/refreshes/:id')
  @ApiOperation({ summary: 'How far a refresh is' })
  @AllowPlatformAdmin()
  @ApiOkResponse({ type: RefreshDto })
  async refreshed(@Param('id', ParseUUIDPipe) id: string): Promise<RefreshDto> {
    const refresh = await this.runner.find(id);
    if (refresh === null) throw noSuch('refresh');
    return toRefreshDto(refresh);
  }

  @Post('feeds/:feed/import')
  @ApiOperation({ summary: 'Imports one file that is sent as the body, and answers when it is in force' })
  @HttpCode(200)
  @RawBody()
  @AllowPlatformAdmin()
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: ImportedFileDto })
  async import(
    @Caller() caller: Principal,
    @Param() { feed }: FeedParamsDto,
    @Query() { name }: ImportFileQueryDto,
    @Req() request: { readonly body: Readable | undefined },
  ): Promise<ImportedFileDto> {
    return { feed, ...(await this.importUpload.execute(feed, name, request.body, caller.actor)) };
  }
}

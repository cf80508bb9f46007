import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { PageQueryDto } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { noSuch } from '../alerting.errors.js';
import { idOfCursor, pageById } from '../paging.js';
import {
  ChannelDto,
  ChannelPageDto,
  ChannelTestDto,
  CreateChannelDto,
  CreatedChannelDto,
  toChannelDto,
  toChannelTestDto,
  UpdateChannelDto,
} from './channels.dto.js';
import { ChannelsStore } from './channels.store.js';
import { EditChannels } from './edit-channels.service.js';
import { TestChannel } from './test-channel.service.js';

@ApiTags('alerting')
@Controller('api/v1/alerting/channels')
export class ChannelsController {
  constructor(
    private readonly editChannels: EditChannels,
    private readonly testChannel: TestChannel,
    private readonly channels: ChannelsStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({
    summary: "The tenant's channels",
    description: 'Addresses of receivers can hold secrets of their own, so viewers do not see them.',
  })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: ChannelPageDto })
  async list(@Caller() caller: Principal, @Query() page: PageQueryDto): Promise<ChannelPageDto> {
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.channels.list(tx, page.limit + 1, idOfCursor(page.cursor)),
    );
    return pageById(rows, page.limit, toChannelDto);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One channel, without its secret' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: ChannelDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<ChannelDto> {
    const channel = await this.transactions.run(caller.tenant, (tx) => this.channels.find(tx, id));
    if (channel === null) throw noSuch('channel');
    return toChannelDto(channel);
  }

  @Post()
  @ApiOperation({ summary: 'Makes a channel; the secret of a webhook is shown this once' })
  @Allow('admin')
  @ApiCreatedResponse({ type: CreatedChannelDto })
  async create(@Caller() caller: Principal, @Body() body: CreateChannelDto): Promise<CreatedChannelDto> {
    const { channel, secret } = await this.editChannels.create(caller, body);
    return { ...toChannelDto(channel), secret };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a channel; enabling one that was turned off begins anew' })
  @Allow('admin')
  @ApiOkResponse({ type: ChannelDto })
  async update(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateChannelDto,
  ): Promise<ChannelDto> {
    return toChannelDto(await this.editChannels.update(caller, id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a channel; nothing more is sent to it' })
  @HttpCode(204)
  @Allow('admin')
  @ApiNoContentResponse()
  async remove(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    await this.editChannels.remove(caller, id);
  }

  @Post(':id/test')
  @ApiOperation({ summary: 'Sends a test message and answers with what the receiver said' })
  @HttpCode(200)
  @Allow('admin')
  @ApiOkResponse({ type: ChannelTestDto })
  async test(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<ChannelTestDto> {
    return toChannelTestDto(await this.testChannel.execute(caller, id));
  }
}

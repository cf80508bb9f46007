import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { PageQueryDto } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { idOfCursor, pageById } from '../paging.js';
import { EditSilences } from './edit-silences.service.js';
import { CreateSilenceDto, SilenceDto, SilencePageDto, toSilenceDto, UpdateSilenceDto } from './silences.dto.js';
import { SilencesStore } from './silences.store.js';

@ApiTags('alerting')
@Controller('api/v1/alerting/silences')
export class SilencesController {
  constructor(
    private readonly editSilences: EditSilences,
    private readonly silences: SilencesStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Silences, newest first' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: SilencePageDto })
  async list(@Caller() caller: Principal, @Query() page: PageQueryDto): Promise<SilencePageDto> {
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.silences.list(tx, page.limit + 1, idOfCursor(page.cursor)),
    );
    return pageById(rows, page.limit, toSilenceDto);
  }

  @Post()
  @ApiOperation({ summary: 'Keeps a rule or a channel quiet for a time' })
  @Allow('admin', 'analyst')
  @ApiCreatedResponse({ type: SilenceDto })
  async create(@Caller() caller: Principal, @Body() body: CreateSilenceDto): Promise<SilenceDto> {
    const { where: scope, ...rest } = body;
    return toSilenceDto(await this.editSilences.create(caller, { ...rest, scope }));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a silence, or ends it' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: SilenceDto })
  async update(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateSilenceDto,
  ): Promise<SilenceDto> {
    const { where: scope, ...rest } = body;
    return toSilenceDto(await this.editSilences.update(caller, id, { ...rest, scope }));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a silence' })
  @HttpCode(204)
  @Allow('admin', 'analyst')
  @ApiNoContentResponse()
  async remove(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    await this.editSilences.remove(caller, id);
  }
}

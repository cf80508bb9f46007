import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor, PageQueryDto, pageOf } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdministerApiKeys } from './administer-api-keys.service.js';
import {
  ApiKeyDto,
  ApiKeyPageDto,
  ChangeApiKeyDto,
  CreateApiKeyDto,
  NewApiKeyDto,
  toApiKeyDto,
  toScope,
} from './api-keys.dto.js';

@ApiTags('api-keys')
@Controller('api/v1/api-keys')
@Allow('admin')
export class ApiKeysController {
  constructor(private readonly apiKeys: AdministerApiKeys) {}

  @Get()
  @ApiOperation({ summary: 'Keys of the tenant, newest first; never their secrets' })
  @ApiOkResponse({ type: ApiKeyPageDto })
  async list(@Query() query: PageQueryDto, @Caller() caller: Principal): Promise<ApiKeyPageDto> {
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor, z.uuid());
    const page = pageOf(await this.apiKeys.list(caller, query.limit + 1, before), query.limit, (key) => key.id);
    const total = query.count ? { total: await this.apiKeys.count(caller) } : {};
    return { items: page.items.map(toApiKeyDto), nextCursor: page.nextCursor, ...total };
  }

  @Post()
  @ApiOperation({ summary: 'Make a key; the answer is the only time it is shown' })
  @ApiCreatedResponse({ type: NewApiKeyDto })
  async mint(@Body() body: CreateApiKeyDto, @Caller() caller: Principal): Promise<NewApiKeyDto> {
    const { credential, key } = await this.apiKeys.mint(body.toCommand(), caller);
    return { ...toApiKeyDto(credential), key };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Give a key another scope, at once and at every gateway' })
  @ApiOkResponse({ type: ApiKeyDto })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangeApiKeyDto,
    @Caller() caller: Principal,
  ): Promise<ApiKeyDto> {
    return toApiKeyDto(await this.apiKeys.change(id, toScope(body.scope), caller));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key, at once and at every gateway' })
  @ApiNoContentResponse()
  async revoke(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<void> {
    await this.apiKeys.revoke(id, caller);
  }
}

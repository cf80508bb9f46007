import { Allow, Caller, type Principal, Public } from '@assay/identity';
import { decodeCursor, PageQueryDto, pageOf, RawBody } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdministerChangeHooks } from './administer-change-hooks.service.js';
import {
  ChangeHookPageDto,
  CreateChangeHookDto,
  NewChangeHookDto,
  ReceptionDto,
  toChangeHookDto,
} from './change-hooks.dto.js';
import { ReceiveChangeNews } from './receive-change-news.service.js';

@ApiTags('change-hooks')
@Controller('api/v1/change-hooks')
@Allow('admin')
export class ChangeHooksController {
  constructor(
    private readonly hooks: AdministerChangeHooks,
    private readonly receiveChangeNews: ReceiveChangeNews,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Hooks by which forges tell what became of pull and merge requests, newest first' })
  @ApiOkResponse({ type: ChangeHookPageDto })
  async list(@Query() { limit, cursor }: PageQueryDto, @Caller() caller: Principal): Promise<ChangeHookPageDto> {
    const before = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    const page = pageOf(await this.hooks.list(caller, limit + 1, before), limit, ({ id }) => id);
    return { items: page.items.map(toChangeHookDto), nextCursor: page.nextCursor };
  }

  @Post()
  @ApiOperation({ summary: 'Make a hook; the answer is the only time its secret is shown' })
  @ApiCreatedResponse({ type: NewChangeHookDto })
  async make(@Body() body: CreateChangeHookDto, @Caller() caller: Principal): Promise<NewChangeHookDto> {
    const { provider: forge, subjectProvider, name, secret } = body;
    const wanted = { forge, provider: subjectProvider ?? forge, name: name ?? forge, secret: secret ?? null };
    const made = await this.hooks.make(wanted, caller);
    return { ...toChangeHookDto(made.hook), secret: made.secret };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a hook; what the forge sends it is refused from then on' })
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<void> {
    await this.hooks.remove(id, caller);
  }

  @Post(':id/events')
  @Public()
  @RawBody()
  @HttpCode(202)
  @ApiOperation({ summary: 'Where the forge sends its events; their signature is what lets it in' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiAcceptedResponse({ type: ReceptionDto })
  async receive(@Param('id') id: string, @Req() request: FastifyRequest): Promise<ReceptionDto> {
    return { status: await this.receiveChangeNews.execute(id, request) };
  }
}

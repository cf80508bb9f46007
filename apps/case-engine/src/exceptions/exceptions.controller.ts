import { Allow, Caller, type Principal } from '@assay/identity';
import { systemClock } from '@assay/kernel';
import { decodeCursor } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeException } from './change-exception.service.js';
import { EndExceptions } from './end-exceptions.service.js';
import {
  ChangeExceptionDto,
  ExceptionDto,
  ExceptionPageDto,
  GrantExceptionDto,
  ListExceptionsDto,
} from './exceptions.dto.js';
import { toChange, toCommand, toExceptionDto, toFilter } from './exceptions.mapper.js';
import { GrantException } from './grant-exception.service.js';
import { ListExceptions } from './list-exceptions.read-model.js';

@ApiTags('exceptions')
@Controller('api/v1/exceptions')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class ExceptionsController {
  constructor(
    private readonly grantException: GrantException,
    private readonly changeException: ChangeException,
    private readonly endExceptions: EndExceptions,
    private readonly listExceptions: ListExceptions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What is accepted on purpose, newest first' })
  @ApiOkResponse({ type: ExceptionPageDto })
  async list(@Query() query: ListExceptionsDto, @Caller() caller: Principal): Promise<ExceptionPageDto> {
    const { limit, count, cursor } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    const page = await this.listExceptions.execute(caller, toFilter(query), { limit, count, before });
    const now = systemClock.now();
    return { ...page, items: page.items.map((each) => toExceptionDto(each, caller, now)) };
  }

  @Post()
  @Allow('admin', 'analyst')
  @ApiOperation({
    summary: 'Accepts a risk; what it covers is judged anew at once. Proposes it where a second person must agree',
  })
  @ApiCreatedResponse({ type: ExceptionDto })
  async grant(@Body() body: GrantExceptionDto, @Caller() caller: Principal): Promise<ExceptionDto> {
    const now = systemClock.now();
    return toExceptionDto(await this.grantException.execute(toCommand(body, now), caller), caller, now);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One exception' })
  @ApiOkResponse({ type: ExceptionDto })
  async one(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<ExceptionDto> {
    return toExceptionDto(await this.listExceptions.one(caller, id), caller, systemClock.now());
  }

  @Patch(':id')
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Changes what is said of it, who answers for it and until when it holds' })
  @ApiOkResponse({ type: ExceptionDto })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangeExceptionDto,
    @Caller() caller: Principal,
  ): Promise<ExceptionDto> {
    const now = systemClock.now();
    return toExceptionDto(await this.changeException.change(id, toChange(body, now), caller), caller, now);
  }

  @Post(':id/approval')
  @HttpCode(200)
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Approves what somebody else proposed; what it covers is judged anew at once' })
  @ApiOkResponse({ type: ExceptionDto })
  async approve(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<ExceptionDto> {
    return toExceptionDto(await this.changeException.approve(id, caller), caller, systemClock.now());
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Withdraws an exception; what it covered counts again at once' })
  @ApiNoContentResponse()
  async withdraw(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<void> {
    await this.endExceptions.withdraw(id, caller);
  }
}

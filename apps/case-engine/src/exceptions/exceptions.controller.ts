import { Allow, Caller, type Principal } from '@assay/identity';
import { systemClock } from '@assay/kernel';
import { decodeCursor } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { EndExceptions } from './end-exceptions.service.js';
import {
  ExceptionDto,
  ExceptionPageDto,
  GrantExceptionDto,
  ListExceptionsDto,
  toCommand,
  toExceptionDto,
} from './exceptions.dto.js';
import { GrantException } from './grant-exception.service.js';
import { ListExceptions } from './list-exceptions.read-model.js';

@ApiTags('exceptions')
@Controller('api/v1/exceptions')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class ExceptionsController {
  constructor(
    private readonly grantException: GrantException,
    private readonly endExceptions: EndExceptions,
    private readonly listExceptions: ListExceptions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What is accepted on purpose, newest first' })
  @ApiOkResponse({ type: ExceptionPageDto })
  async list(@Query() query: ListExceptionsDto, @Caller() caller: Principal): Promise<ExceptionPageDto> {
    const { limit, count, cursor } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    const page = await this.listExceptions.execute(caller, { limit, count, before });
    return { ...page, items: page.items.map(toExceptionDto) };
  }

  @Post()
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Accepts a risk; what it covers is judged anew at once' })
  @ApiCreatedResponse({ type: ExceptionDto })
  async grant(@Body() body: GrantExceptionDto, @Caller() caller: Principal): Promise<ExceptionDto> {
    return toExceptionDto(await this.grantException.execute(toCommand(body, systemClock.now()), caller));
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

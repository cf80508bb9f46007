import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ClockPageDto,
  ClockQueryDto,
  toClockDto,
  toViolationDto,
  ViolationPageDto,
  ViolationQueryDto,
} from './clocks.dto.js';
import { ListClocks } from './list-clocks.read-model.js';

const clockCursor = z.uuid();
const violationCursor = z.object({ at: z.iso.datetime(), id: z.uuid() });

@ApiTags('sla')
@Controller('api/v1/sla')
export class ClocksController {
  constructor(
    private readonly listClocks: ListClocks,
    private readonly transactions: Transactions,
  ) {}

  @Get('clocks')
  @ApiOperation({ summary: "The tenant's clocks, newest first" })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: ClockPageDto })
  async clocks(@Caller() caller: Principal, @Query() query: ClockQueryDto): Promise<ClockPageDto> {
    const { limit, cursor, status = null, severity = null } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, clockCursor);
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.listClocks.clocks(tx, { status, severity }, limit + 1, before),
    );
    const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
    return { items: items.map(toClockDto), nextCursor };
  }

  @Get('violations')
  @ApiOperation({ summary: 'What ran out, newest first; resolved since or not' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: ViolationPageDto })
  async violations(@Caller() caller: Principal, @Query() query: ViolationQueryDto): Promise<ViolationPageDto> {
    const { limit, cursor, severity = null } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, violationCursor);
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.listClocks.violations(tx, severity, limit + 1, after),
    );
    const { items, nextCursor } = pageOf(rows, limit, ({ breachedAt, id }) => ({ at: breachedAt.toISOString(), id }));
    return { items: items.map(toViolationDto), nextCursor };
  }
}

import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReadReceipts } from './read-receipts.service.js';
import { ListReceiptsDto, ReceiptDto, ReceiptPageDto, toReceiptDto, toSummaryDto } from './receipts.dto.js';
import { mayActOnSubject } from './visibility.js';

@ApiTags('receipts')
@Controller('api/v1/receipts')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class ReceiptsController {
  constructor(private readonly receipts: ReadReceipts) {}

  @Get()
  @ApiOperation({ summary: 'Everything accepted, newest first' })
  @ApiOkResponse({ type: ReceiptPageDto })
  async list(@Query() query: ListReceiptsDto, @Caller() caller: Principal): Promise<ReceiptPageDto> {
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor, z.uuid());
    const status = query.status ?? null;
    const rows = await this.receipts.list(caller, query.limit + 1, before, status);
    const page = pageOf(rows, query.limit, (receipt) => receipt.id);
    const items = page.items.filter((receipt) => mayActOnSubject(caller, receipt)).map(toSummaryDto);
    // A limited key may not learn how many there are that it can't see.
    const mayCount = query.count && caller.scope.repositories === null;
    const total = mayCount ? { total: await this.receipts.count(caller, status) } : {};
    return { items, nextCursor: page.nextCursor, ...total };
  }

  @Get(':id')
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOperation({ summary: 'The timeline of one accepted request: which service has done what' })
  @ApiOkResponse({ type: ReceiptDto })
  async read(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<ReceiptDto> {
    const { receipt, stages } = await this.receipts.timeline(id, caller);
    return toReceiptDto(receipt, stages);
  }
}

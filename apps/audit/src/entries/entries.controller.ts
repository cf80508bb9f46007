import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import { encodeEntry } from '../log/entry.js';
import {
  EntriesQueryDto,
  EntryPageDto,
  EntryProofDto,
  indexOf,
  LogQueryDto,
  toEntryDto,
  toEntryProofDto,
} from './entries.dto.js';
import { EntriesStore } from './entries.store.js';
import { ErasePayload } from './erase-payload.service.js';
import { logOf } from './log-of-caller.js';
import { ProveEntry } from './prove-entry.service.js';

const cursorSchema = z.number().int().nonnegative();

@ApiTags('audit')
@Controller('api/v1/audit/entries')
export class EntriesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly entries: EntriesStore,
    private readonly proveEntry: ProveEntry,
    private readonly erasePayload: ErasePayload,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Entries, newest first' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: EntryPageDto })
  async list(@Caller() caller: Principal, @Query() query: EntriesQueryDto): Promise<EntryPageDto> {
    const { cursor, limit, log } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, cursorSchema);
    const rows = await this.transactions.run(logOf(caller, log), (tx) =>
      this.entries.list(tx, query.toFilter(), before, limit + 1),
    );
    const { items, nextCursor } = pageOf(rows, limit, ({ index }) => index);
    return { items: items.map(toEntryDto), nextCursor };
  }

  @Get(':index/proof')
  @ApiOperation({ summary: 'That the entry is in the log, up to the newest signed head' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: EntryProofDto })
  async proof(
    @Caller() caller: Principal,
    @Param('index') index: string,
    @Query() { log }: LogQueryDto,
  ): Promise<EntryProofDto> {
    const proof = await this.proveEntry.execute(logOf(caller, log), indexOf(index));
    return toEntryProofDto(proof, encodeEntry(proof.entry.entry));
  }

  @Delete(':index/payload')
  @ApiOperation({ summary: 'Erases what the entry says', description: 'Its leaf stays, and with it every proof.' })
  @HttpCode(204)
  @Allow('admin')
  @ApiNoContentResponse()
  async erase(
    @Caller() caller: Principal,
    @Param('index') index: string,
    @Query() { log }: LogQueryDto,
  ): Promise<void> {
    await this.erasePayload.execute(logOf(caller, log), indexOf(index), caller);
  }
}

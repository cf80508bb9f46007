import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { visibilityOf } from '../hosts/host-visibility.js';
import { ChangeCommand } from './change-command.service.js';
import { CommandDto, CommandPageDto, CommandQueryDto, toCommandDto } from './commands.dto.js';
import { ListCommands } from './list-commands.read-model.js';

const cursor = z.uuid();

@ApiTags('compliance commands')
@Controller('api/v1/compliance/commands')
export class CommandsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly listCommands: ListCommands,
    private readonly changeCommand: ChangeCommand,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What agents were told and are to be told, newest first' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: CommandPageDto })
  async list(@Caller() caller: Principal, @Query() query: CommandQueryDto): Promise<CommandPageDto> {
    const { limit, host, status = null } = query;
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor, cursor);
    const filter = { hostId: host?.toLowerCase() ?? null, status };
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.listCommands.page(tx, filter, visibilityOf(caller), limit + 1, before),
    );
    const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
    return { items: items.map(toCommandDto), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One command' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: CommandDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<CommandDto> {
    const { command } = await this.transactions.run(caller.tenant, (tx) => this.changeCommand.get(tx, caller, id));
    return toCommandDto(command);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'A second admin lets a command that changes a host go to its agent' })
  @Allow('admin')
  @ApiOkResponse({ type: CommandDto })
  async approve(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<CommandDto> {
    return toCommandDto(await this.transactions.run(caller, (tx) => this.changeCommand.approve(tx, caller, id)));
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends a command that waits for approval' })
  @Allow('admin')
  @ApiOkResponse({ type: CommandDto })
  async refuse(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<CommandDto> {
    return toCommandDto(await this.transactions.run(caller, (tx) => this.changeCommand.refuse(tx, caller, id)));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends a command: at once if it waits, else when its agent has been told' })
  @Allow('admin')
  @ApiOkResponse({ type: CommandDto })
  async cancel(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<CommandDto> {
    return toCommandDto(await this.transactions.run(caller, (tx) => this.changeCommand.cancel(tx, caller, id)));
  }
}

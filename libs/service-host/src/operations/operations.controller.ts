import { Allow, Caller, type Principal } from '@assay/identity';
import { Messaging } from '@assay/messaging';
import { Database, DeadLettersStore, OutboxStore, Transactions } from '@assay/persistence';
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PageQueryDto } from '../http/paging.js';
import { type DeadLetterDto, type ReplayResultDto, toDeadLetterDto } from './dead-letters.dto.js';

/** What the gateway asks every service for on behalf of an operator. Not part of the public API. */
@ApiExcludeController()
@Controller('internal')
export class OperationsController {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly deadLetters: DeadLettersStore,
    private readonly outbox: OutboxStore,
    private readonly messaging: Messaging,
  ) {}

  /** The tenant's newest dead letters of this service. */
  @Get('dead-letters')
  @Allow('admin', 'service')
  async list(@Caller() caller: Principal, @Query() page: PageQueryDto): Promise<DeadLetterDto[]> {
    const letters = await this.transactions.run(caller.tenant, (tx) => this.deadLetters.list(tx, page.limit, null));
    return letters.map((letter) => toDeadLetterDto(this.database.service, letter));
  }

  @Post('dead-letters/:id/replay')
  @HttpCode(200)
  @Allow('admin', 'service')
  async replay(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<ReplayResultDto> {
    return { replayed: await this.messaging.replay.execute(caller.tenant, id) };
  }

  /** Publishes everything again that this service's stream could still hold. */
  @Post('streams/rebuild')
  @HttpCode(200)
  @Allow('service')
  async rebuild(): Promise<{ service: string; events: number }> {
    return { service: this.database.service, events: await this.messaging.rebuildStream() };
  }

  /** The envelopes of these events, for audit, which lacks them. */
  @Get('outbox/envelopes')
  @Allow('service')
  async envelopes(@Query('ids') ids: string): Promise<string[]> {
    return this.transactions.runAcrossTenants((tx) => this.outbox.envelopes(tx, ids.split(',')));
  }

  /** Ids of the audited events made in an hour, sorted, a page after the id `after`: what `outbox.sealed` counted. */
  @Get('outbox/audited')
  @Allow('service')
  async audited(
    @Query('from') from: string,
    @Query('until') until: string,
    @Query('after') after?: string,
  ): Promise<string[]> {
    return this.transactions.runAcrossTenants((tx) =>
      this.outbox.auditedIds(tx, new Date(from), new Date(until), after ?? null),
    );
  }
}

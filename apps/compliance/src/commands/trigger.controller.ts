import { Allow, Caller, type Principal } from '@assay/identity';
import { asAssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AgentHosts } from './agent-hosts.service.js';
import { CancelCommands } from './cancel-commands.service.js';
import { type BulkOutcome, bulkReply, triggerReply } from './trigger-reply.js';
import { TriggerScan } from './trigger-scan.service.js';
import { BulkTriggerDto, toHostIds, toTrigger, TriggerDto } from './trigger.dto.js';

/** Scans on command (`wire/patchmon.md` §6.2). Errors are `{"error": …}`. */
@ApiTags('compliance commands')
@Controller('api/v1/compliance')
export class TriggerController {
  constructor(
    private readonly transactions: Transactions,
    private readonly triggerScan: TriggerScan,
    private readonly agentHosts: AgentHosts,
    private readonly cancelCommands: CancelCommands,
  ) {}

  @Post('trigger/bulk')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has up to a hundred hosts scanned' })
  @Allow('admin')
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async bulk(@Caller() caller: Principal, @Body() body: BulkTriggerDto): Promise<object> {
    const trigger = toTrigger(body);
    const outcomes: BulkOutcome[] = [];
    for (const hostId of toHostIds(body)) {
      try {
        const triggered = await this.transactions.run(caller, (tx) =>
          this.triggerScan.execute(tx, caller, hostId, trigger),
        );
        outcomes.push({ hostId, triggered });
      } catch (error) {
        const { kind, message } = asAssayError(error);
        if (kind === 'bug') throw error;
        outcomes.push({ hostId, error: message });
      }
    }
    return bulkReply(trigger, outcomes);
  }

  @Post('trigger/:hostId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has a host scanned: now, or when its agent connects' })
  @Allow('admin')
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async trigger(
    @Caller() caller: Principal,
    @Param('hostId') hostId: string,
    @Body() body: TriggerDto,
  ): Promise<object> {
    const trigger = toTrigger(body);
    const triggered = await this.transactions.run(caller, (tx) =>
      this.triggerScan.execute(tx, caller, hostId, trigger),
    );
    return triggerReply(trigger, triggered);
  }

  @Post('cancel/:hostId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends the scans of a host: what waits at once, what runs by telling the agent' })
  @Allow('admin')
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async cancel(@Caller() caller: Principal, @Param('hostId') id: string): Promise<object> {
    const hostId = await this.transactions.run(caller, async (tx) => {
      const { host, connected } = await this.agentHosts.get(tx, caller, id);
      await this.cancelCommands.scans(tx, caller, host, connected);
      return host.id;
    });
    return { success: true, message: 'Cancel scan request sent', host_id: hostId, hostId };
  }
}

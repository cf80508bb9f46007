import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AgentHosts } from './agent-hosts.service.js';
import { jobReply, orderReply, RemediateDto, UpgradeContentDto } from './agent-orders.dto.js';
import { CancelCommands } from './cancel-commands.service.js';
import { CommandsStore } from './commands.store.js';
import { OrderAgent } from './order-agent.service.js';

const anObject = { schema: { type: 'object', additionalProperties: true } };

/** What agents do beside scanning (`wire/patchmon.md` §6.2), and how far they are. Errors are `{"error": …}`. */
@ApiTags('compliance commands')
@Controller('api/v1/compliance')
export class AgentOrdersController {
  constructor(
    private readonly transactions: Transactions,
    private readonly orderAgent: OrderAgent,
    private readonly agentHosts: AgentHosts,
    private readonly cancelCommands: CancelCommands,
    private readonly commands: CommandsStore,
  ) {}

  @Post('install-scanner/:hostId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has an agent install OpenSCAP and its content' })
  @Allow('admin')
  @ApiOkResponse(anObject)
  async install(@Caller() caller: Principal, @Param('hostId') id: string): Promise<object> {
    const { command, isRepeat } = await this.transactions.run(caller, (tx) =>
      this.orderAgent.installScanner(tx, caller, id),
    );
    return orderReply(command, isRepeat, 'Install scanner request sent');
  }

  @Post('install-scanner/:hostId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Waits no longer for an installation; an agent that has begun goes on' })
  @Allow('admin')
  @ApiOkResponse(anObject)
  async cancelInstall(@Caller() caller: Principal, @Param('hostId') id: string): Promise<object> {
    return this.transactions.run(caller, async (tx) => {
      const host = await this.agentHosts.visible(tx, caller, id);
      const ended = await this.cancelCommands.kind(tx, caller, host, 'install-scanner');
      const message = ended === 0 ? 'No active install job' : 'Cancel requested';
      return { success: true, message, host_id: host.id, hostId: host.id };
    });
  }

  @Get('install-job/:hostId')
  @ApiOperation({ summary: 'How far the newest installation on a host is' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse(anObject)
  async installJob(@Caller() caller: Principal, @Param('hostId') id: string): Promise<object> {
    return this.transactions.run(caller, async (tx) => {
      const host = await this.agentHosts.visible(tx, caller, id);
      const command = await this.commands.latest(tx, host.id, 'install-scanner');
      return jobReply(command, 'No install job found for this host');
    });
  }

  @Post('upgrade-ssg/:hostId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has an agent renew its scanner content' })
  @Allow('admin')
  @ApiOkResponse(anObject)
  async upgrade(
    @Caller() caller: Principal,
    @Param('hostId') id: string,
    @Body() { version = null }: UpgradeContentDto,
  ): Promise<object> {
    const { command, isRepeat } = await this.transactions.run(caller, (tx) =>
      this.orderAgent.upgradeContent(tx, caller, id, version),
    );
    return { ...orderReply(command, isRepeat, 'SSG upgrade request sent'), version };
  }

  @Get('ssg-upgrade-job/:hostId')
  @ApiOperation({ summary: 'How far the newest renewal of a host’s scanner content is' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse(anObject)
  async upgradeJob(@Caller() caller: Principal, @Param('hostId') id: string): Promise<object> {
    return this.transactions.run(caller, async (tx) => {
      const host = await this.agentHosts.visible(tx, caller, id);
      const command = await this.commands.latest(tx, host.id, 'upgrade-content');
      return jobReply(command, 'No SSG upgrade job found for this host');
    });
  }

  @Post('remediate/:hostId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has an agent repair one rule, once a second admin has approved it' })
  @Allow('admin')
  @ApiOkResponse(anObject)
  async remediate(
    @Caller() caller: Principal,
    @Param('hostId') id: string,
    @Body() { rule_id }: RemediateDto,
  ): Promise<object> {
    const { command, isRepeat } = await this.transactions.run(caller, (tx) =>
      this.orderAgent.remediate(tx, caller, id, rule_id ?? ''),
    );
    return { ...orderReply(command, isRepeat, 'Remediation request sent'), rule_id: command.options['rule_id'] };
  }
}

import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Host } from '../hosts/host.js';
import { visibilityOf } from '../hosts/host-visibility.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { type AgentCommand, hasEnded } from './agent-command.js';
import { AgentHosts } from './agent-hosts.service.js';
import { CancelCommands } from './cancel-commands.service.js';
import type { CommandsErrorCode } from './commands.errors.js';
import { CommandsStore } from './commands.store.js';
import { DecideApproval } from './decide-approval.service.js';

/** What people do with one command that is there. One of a host that they do not see is not there. */
@Injectable()
export class ChangeCommand {
  constructor(
    private readonly commands: CommandsStore,
    private readonly hosts: HostsStore,
    private readonly agentHosts: AgentHosts,
    private readonly decideApproval: DecideApproval,
    private readonly cancelCommands: CancelCommands,
  ) {}

  /** @throws AssayError `commands.unknown` */
  async get(
    tx: Transaction,
    caller: Principal,
    id: Uuid,
  ): Promise<{ readonly command: AgentCommand; readonly host: Host }> {
    const command = await this.commands.byId(tx, id.toLowerCase());
    const host = command && (await this.hosts.byId(tx, command.hostId, visibilityOf(caller)));
    if (command === null || host === null) {
      throw new AssayError<CommandsErrorCode>('not-found', 'commands.unknown', 'There is no such command.');
    }
    return { command, host };
  }

  /** @throws AssayError as `DecideApproval` does */
  async approve(tx: Transaction, caller: Principal, id: Uuid): Promise<AgentCommand> {
    const { command } = await this.get(tx, caller, id);
    return this.decideApproval.execute(tx, caller, command, 'approve');
  }

  /** @throws AssayError as `DecideApproval` does */
  async refuse(tx: Transaction, caller: Principal, id: Uuid): Promise<AgentCommand> {
    const { command } = await this.get(tx, caller, id);
    return this.decideApproval.execute(tx, caller, command, 'refuse');
  }

  /** @throws AssayError `commands.already-ended`, `commands.not-connected` */
  async cancel(tx: Transaction, caller: Principal, id: Uuid): Promise<AgentCommand> {
    const { command: found, host } = await this.get(tx, caller, id);
    await this.commands.lockHosts(tx, [host.id]);
    const command = (await this.commands.byId(tx, found.id)) ?? found;
    if (hasEnded(command)) {
      throw new AssayError<CommandsErrorCode>('conflict', 'commands.already-ended', 'The command has ended.');
    }
    const { connected } = await this.agentHosts.get(tx, caller, host.id);
    return this.cancelCommands.one(tx, caller, host, connected, command);
  }
}

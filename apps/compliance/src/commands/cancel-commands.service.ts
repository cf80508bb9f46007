import type { Principal } from '@assay/identity';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Host } from '../hosts/host.js';
import { AdvanceCommands } from './advance-commands.service.js';
import { type AgentCommand, hasEnded, isActive, isWaiting } from './agent-command.js';
import { traitsOf } from './command-kinds.js';
import { notConnected } from './commands.errors.js';
import { CommandsStore } from './commands.store.js';
import { RequestCommand } from './request-command.service.js';

/** Ends commands before their time: what waits at once, what an agent works on when it has been told and says so. */
@Injectable()
export class CancelCommands {
  constructor(
    private readonly commands: CommandsStore,
    private readonly advance: AdvanceCommands,
    private readonly request: RequestCommand,
  ) {}

  /**
   * All scans of a host. An agent that is there is told in any case: it may run one of its own.
   *
   * @throws AssayError `commands.not-connected` if nothing waits and the agent cannot be told
   */
  async scans(tx: Transaction, caller: Principal, host: Host, connected: boolean): Promise<void> {
    await this.commands.lockHosts(tx, [host.id]);
    const scans = (await this.commands.open(tx, host.id)).filter(isScan);
    if (!connected && !scans.some(isWaiting)) throw notConnected();
    if (connected) await this.tellAgent(tx, caller, host);
    await this.advance.execute(tx, host.id, (command) =>
      isScan(command) && (connected || isWaiting(command)) ? { type: 'cancel', by: caller.actor } : null,
    );
  }

  /** One command. Gives it as it is afterwards. @throws AssayError `commands.not-connected` for a scan that cannot be reached */
  async one(
    tx: Transaction,
    caller: Principal,
    host: Host,
    connected: boolean,
    command: AgentCommand,
  ): Promise<AgentCommand> {
    const mustBeTold = isActive(command) && traitsOf[command.kind].endsWith === 'results';
    if (mustBeTold && !connected) throw notConnected();
    if (mustBeTold) await this.tellAgent(tx, caller, host);
    const open = await this.advance.execute(tx, host.id, ({ id }) =>
      id === command.id ? { type: 'cancel', by: caller.actor } : null,
    );
    return open.find(({ id }) => id === command.id) ?? command;
  }

  /** Whatever of a kind has not ended. Gives how many that were. Agents know no word for ending an installation. */
  async kind(tx: Transaction, caller: Principal, host: Host, kind: AgentCommand['kind']): Promise<number> {
    const open = await this.advance.execute(tx, host.id, (command) =>
      command.kind === kind ? { type: 'cancel', by: caller.actor } : null,
    );
    return open.filter((command) => command.kind === kind && hasEnded(command)).length;
  }

  private async tellAgent(tx: Transaction, caller: Principal, { id: hostId }: Host): Promise<void> {
    const cancel = { hostId, kind: 'cancel-scan', slot: 'cancel-scan', options: {}, remediates: false } as const;
    await this.request.execute(tx, caller, cancel);
  }
}

const isScan = ({ kind }: AgentCommand): boolean => traitsOf[kind].lane === 'scan';

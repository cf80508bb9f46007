import type { AgentCommandKind } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { AdvanceCommands } from './advance-commands.service.js';
import { after, type AgentCommand, type CommandOptions, isActive, isWaiting } from './agent-command.js';
import { traitsOf } from './command-kinds.js';
import { COMMAND_SETTINGS, type CommandSettings } from './command-settings.js';
import { CommandSteps } from './command-steps.service.js';
import type { CommandsErrorCode } from './commands.errors.js';
import { CommandsStore } from './commands.store.js';
import { newCommand } from './new-command.js';

/** What an agent shall be told. */
export interface CommandRequest {
  readonly hostId: Uuid;
  readonly kind: AgentCommandKind;
  /** What of it waits at most once. */
  readonly slot: string;
  readonly options: CommandOptions;
  /** Whether it changes the host by itself. */
  readonly remediates: boolean;
}

/** The command that a request came to. */
export interface RequestedCommand {
  readonly command: AgentCommand;
  /** True if the same was asked for already and has not begun. */
  readonly isRepeat: boolean;
}

/**
 * Asks an agent for something: queued with all its options, and told at once if the agent is there and has nothing else to
 * do. The same a second time is the first one, until that has begun; then it waits for its end.
 */
@Injectable()
export class RequestCommand {
  constructor(
    private readonly commands: CommandsStore,
    private readonly steps: CommandSteps,
    private readonly advance: AdvanceCommands,
    @Inject(COMMAND_SETTINGS) private readonly settings: CommandSettings,
  ) {}

  /** @throws AssayError `commands.too-many-triggers` */
  async execute(tx: Transaction, caller: Principal, request: CommandRequest): Promise<RequestedCommand> {
    const { hostId, kind, slot } = request;
    await this.commands.lockHosts(tx, [hostId]);
    const same = (await this.commands.open(tx, hostId)).find((command) => command.slot === slot && isPending(command));
    if (same !== undefined) return { command: same, isRepeat: true };
    if (kind === 'scan' || kind === 'scan-image') await this.checkRate(tx, caller, hostId);

    const { actor: requestedBy, credentialId: requestedCredential } = caller;
    const needsApproval = request.remediates && this.settings.remediationNeedsApproval;
    const approveBy = needsApproval ? after(tx.now, limits.approveWithinMs) : null;
    const who = { requestedBy, requestedCredential, approveBy, createdAt: tx.now };
    const command = newCommand({ id: newId(tx.now.getTime()), hostId, kind, slot, options: request.options, ...who });
    await this.commands.add(tx, command);
    await this.steps.publish(tx, command);
    const open = await this.advance.execute(tx, hostId);
    return { command: open.find(({ id }) => id === command.id) ?? command, isRepeat: false };
  }

  /** Counted by the credential that was checked: nobody spends another's budget, and no header makes a new one. */
  private async checkRate(tx: Transaction, { actor, credentialId }: Principal, hostId: Uuid): Promise<void> {
    const { triggerIntervalMs } = this.settings;
    if (triggerIntervalMs === 0) return;
    const last = await this.commands.lastTrigger(tx, hostId, actor, credentialId);
    const waitMs = last === null ? 0 : last.getTime() + triggerIntervalMs - tx.now.getTime();
    if (waitMs <= 0 || last?.getTime() === tx.now.getTime()) return;
    const message = 'Too many scan triggers for this host, please try again later';
    throw new AssayError<CommandsErrorCode>('unavailable', 'commands.too-many-triggers', message, {
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  }
}

/** True for what has not begun: it waits, or an agent was told and has not answered. What is installed is not installed twice. */
function isPending(command: AgentCommand): boolean {
  if (isWaiting(command) || command.status === 'sent') return true;
  return traitsOf[command.kind].endsWith === 'integration-status' && isActive(command);
}

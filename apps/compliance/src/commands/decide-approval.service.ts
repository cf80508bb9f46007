import type { Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { AdvanceCommands } from './advance-commands.service.js';
import type { AgentCommand } from './agent-command.js';
import type { CommandsErrorCode } from './commands.errors.js';

/**
 * A second admin's word on a command that changes a host. Refusing takes anybody back; approving takes somebody else than
 * who asked, with another credential.
 */
@Injectable()
export class DecideApproval {
  constructor(private readonly advance: AdvanceCommands) {}

  /** @throws AssayError `commands.own-request`, `commands.not-awaiting-approval` */
  async execute(
    tx: Transaction,
    caller: Principal,
    { id, hostId, requestedBy, requestedCredential }: AgentCommand,
    decision: 'approve' | 'refuse',
  ): Promise<AgentCommand> {
    const { actor, credentialId } = caller;
    const isOwn = actor === requestedBy || (credentialId !== null && credentialId === requestedCredential);
    if (decision === 'approve' && isOwn) {
      const message = 'Who asked for it cannot approve it: that takes a second admin.';
      throw new AssayError<CommandsErrorCode>('forbidden', 'commands.own-request', message);
    }
    let awaited = false;
    const open = await this.advance.execute(tx, hostId, (command) => {
      if (command.id !== id) return null;
      awaited = command.status === 'awaiting-approval';
      return { type: decision, by: actor };
    });
    const command = open.find((each) => each.id === id);
    if (!awaited || command === undefined) {
      const message = 'The command does not wait for approval.';
      throw new AssayError<CommandsErrorCode>('conflict', 'commands.not-awaiting-approval', message);
    }
    return command;
  }
}

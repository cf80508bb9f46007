import { type agentCommandSentV1, type DataOf, systemActor } from '@assay/contracts';
import { newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { AdvanceCommands } from './advance-commands.service.js';
import { traitsOf } from './command-kinds.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { newCommand } from './new-command.js';

/** A gateway wrote a command's frame. */
@Injectable()
export class NoteSentCommand {
  constructor(
    private readonly commands: CommandsStore,
    private readonly steps: CommandSteps,
    private readonly advance: AdvanceCommands,
  ) {}

  async execute(tx: Transaction, said: DataOf<typeof agentCommandSentV1>): Promise<void> {
    const known = await this.commands.byId(tx, said.commandId);
    if (known === null) return;
    await this.commands.lockHosts(tx, [known.hostId]);
    const command = (await this.commands.byId(tx, known.id)) ?? known;
    const { attempt, connectionId } = said;
    const at = new Date(said.at);
    // Cancelled while the frame was on its way: the agent has begun what nobody wants any more.
    const isUnwanted = command.status === 'cancelled' && traitsOf[command.kind].endsWith === 'results';
    if (isUnwanted) await this.stop(tx, command.hostId);
    await this.advance.execute(tx, command.hostId, ({ id }) =>
      id === command.id ? { type: 'sent', attempt, connectionId, at } : null,
    );
  }

  private async stop(tx: Transaction, hostId: string): Promise<void> {
    const open = await this.commands.open(tx, hostId);
    if (open.some(({ kind }) => kind === 'cancel-scan')) return;
    const stop = newCommand({
      id: newId(tx.now.getTime()),
      hostId,
      kind: 'cancel-scan',
      slot: 'cancel-scan',
      options: {},
      requestedBy: systemActor,
      createdAt: tx.now,
    });
    await this.commands.add(tx, stop);
    await this.steps.publish(tx, stop);
  }
}

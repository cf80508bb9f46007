import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { SettingsFrame } from '../hosts/agent-settings.js';
import { AdvanceCommands } from './advance-commands.service.js';
import { isWaiting } from './agent-command.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { newCommand } from './new-command.js';

/** Tells agents of their settings: at once, or when they connect. A newer word about the same replaces one that waits. */
@Injectable()
export class ConfigureAgents {
  constructor(
    private readonly commands: CommandsStore,
    private readonly steps: CommandSteps,
    private readonly advance: AdvanceCommands,
  ) {}

  /** In the transaction that changed the settings. */
  async execute(tx: Transaction, hostId: Uuid, frames: readonly SettingsFrame[]): Promise<void> {
    await this.commands.lockHosts(tx, [hostId]);
    const slots = frames.map(({ about }) => `configure:${about}`);
    for (const outdated of await this.commands.open(tx, hostId)) {
      if (!slots.includes(outdated.slot) || !isWaiting(outdated)) continue;
      await this.steps.take(tx, outdated, { type: 'cancel', by: tx.actor });
    }
    for (const { about, frame } of frames) {
      const slot = `configure:${about}`;
      const who = { requestedBy: tx.actor, createdAt: tx.now };
      const id = newId(tx.now.getTime());
      const command = newCommand({ id, hostId, kind: 'configure', slot, options: { frame }, ...who });
      await this.commands.add(tx, command);
      await this.steps.publish(tx, command);
    }
    await this.advance.execute(tx, hostId);
  }
}

import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { StartedScans } from '../benchmarks/started-scans.service.js';

/** Two hosts turned out to be one machine: commands of the one that is no more end, all go over to the other. */
@Injectable()
export class JoinCommandHosts {
  constructor(
    private readonly commands: CommandsStore,
    private readonly steps: CommandSteps,
    private readonly started: StartedScans,
  ) {}

  async execute(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    await this.commands.lockHosts(tx, [from, into]);
    for (const command of await this.commands.open(tx, from)) {
      await this.started.discard(tx, command.id);
      await this.steps.take(tx, command, { type: 'give-up', error: 'The host was joined with another' });
    }
    await this.commands.move(tx, from, into);
  }
}

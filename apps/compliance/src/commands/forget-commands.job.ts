import { PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { AdvanceCommands } from './advance-commands.service.js';
import { CommandsStore } from './commands.store.js';

const dayMs = 86_400_000;

/** Gives up what waits for agents that never came, and forgets what ended long ago. */
@Injectable()
export class ForgetCommands {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandsStore,
    private readonly advance: AdvanceCommands,
  ) {}

  @PeriodicJob({ name: 'forget-agent-commands', cron: '17 3 * * *' })
  async run(): Promise<void> {
    const now = Date.now();
    const waitedSince = new Date(now - limits.commandWaitDays * dayMs);
    const error = `The agent did not connect for ${limits.commandWaitDays} days`;
    for (;;) {
      const hosts = await this.transactions.runAcrossTenants((tx) => this.commands.waitingSince(tx, waitedSince));
      for (const { tenant, hostId } of hosts) {
        await this.transactions.run(tenant, (tx) =>
          this.advance.execute(tx, hostId, ({ status, createdAt }) =>
            status === 'queued' && createdAt < waitedSince ? { type: 'give-up', error } : null,
          ),
        );
      }
      if (hosts.length < limits.commandTickRows) break;
    }
    const endedBefore = new Date(now - limits.commandKeepDays * dayMs);
    while ((await this.transactions.runAcrossTenants((tx) => this.commands.forget(tx, endedBefore))) > 0);
  }
}

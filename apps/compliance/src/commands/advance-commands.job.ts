import { systemActor } from '@assay/contracts';
import { Ticker } from '@assay/jobs';
import { type Transaction, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { AdvanceCommands, type OccurrenceOf } from './advance-commands.service.js';
import { CommandsStore, type DueHost } from './commands.store.js';

/**
 * Looks after commands whose timers have run out. The timers are in the database: whichever process lives goes on. Each
 * host is a transaction of its own, so that one that fails holds up no other.
 */
@Injectable()
export class AdvanceDueCommands {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandsStore,
    private readonly advance: AdvanceCommands,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Ticker({ name: 'advance-agent-commands', everyMs: limits.commandTickMs })
  async tick(across: Transaction): Promise<void> {
    await this.look(await this.commands.due(across));
  }

  @Ticker({ name: 'sweep-agent-commands', everyMs: limits.commandSweepMs })
  async sweep(across: Transaction): Promise<void> {
    await this.look(await this.commands.missed(across));
  }

  private async look(hosts: readonly DueHost[]): Promise<void> {
    for (const { tenant, hostId } of hosts) {
      try {
        await this.transactions.run(tenant, async (tx) => {
          await this.advance.execute(tx, hostId, dueAt(tx.now));
        });
      } catch (error) {
        this.logger.error({ err: error, tenant, hostId }, 'commands of a host could not be looked after');
      }
    }
  }
}

/** A cancel that could not be written while the scan was on need not be written any more. */
function dueAt(now: Date): OccurrenceOf {
  return (command, canGo) => {
    const isLate = now.getTime() - command.createdAt.getTime() > limits.cancelAnswerMs;
    if (command.kind === 'cancel-scan' && isLate) return { type: 'cancel', by: systemActor };
    return { type: 'due', canGo };
  };
}

import { systemActor } from '@assay/contracts';
import { Ticker } from '@assay/jobs';
import { type Transaction, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { isCurrent } from '../hosts/horizon.js';
import { SilenceStore } from '../hosts/silence.store.js';
import { limits } from '../limits.js';
import { AdvanceCommands, type OccurrenceOf } from './advance-commands.service.js';
import { CommandsStore, type DueHost } from './commands.store.js';

/**
 * Looks after commands whose timers have run out. The timers are in the database: whichever process lives goes on. Each
 * host is a transaction of its own, so that one that fails holds up no other.
 */
@Injectable()
export class AdvanceDueCommands {
  /** What came while no process was there is read first: it may say that what looks overdue is done. */
  private readonly beginAt = Date.now() + limits.commandWarmUpMs;

  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandsStore,
    private readonly advance: AdvanceCommands,
    private readonly silence: SilenceStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Ticker({ name: 'advance-agent-commands', everyMs: limits.commandTickMs })
  async tick(across: Transaction): Promise<void> {
    if (Date.now() < this.beginAt) return;
    const hosts = await this.commands.due(across);
    if (hosts.length > 0) await this.look(hosts, await this.heardSince(across));
  }

  @Ticker({ name: 'sweep-agent-commands', everyMs: limits.commandSweepMs })
  async sweep(across: Transaction): Promise<void> {
    await this.look(await this.commands.missed(across), null);
  }

  /** As hosts are judged silent: not while gateways or the bus are away, nor while their word is being caught up with. */
  private async heardSince(across: Transaction): Promise<Date | null> {
    const horizon = await this.silence.horizon(across);
    if (horizon === null) return new Date(0);
    return isCurrent(horizon.at, across.now) ? horizon.resumedAt : null;
  }

  private async look(hosts: readonly DueHost[], heardSince: Date | null): Promise<void> {
    for (const { tenant, hostId } of hosts) {
      try {
        await this.transactions.run(tenant, async (tx) => {
          await this.advance.execute(tx, hostId, dueAt(tx.now, heardSince));
        });
      } catch (error) {
        this.logger.error({ err: error, tenant, hostId }, 'commands of a host could not be looked after');
      }
    }
  }
}

/** A cancel that could not be written while the scan was on need not be written any more. */
function dueAt(now: Date, heardSince: Date | null): OccurrenceOf {
  return (command, canGo) => {
    const isLate = now.getTime() - command.createdAt.getTime() > limits.cancelAnswerMs;
    if (command.kind === 'cancel-scan' && isLate) return { type: 'cancel', by: systemActor };
    return { type: 'due', canGo, heardSince };
  };
}

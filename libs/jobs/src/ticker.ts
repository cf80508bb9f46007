import { asAssayError } from '@assay/kernel';
import type { Database, Transactions } from '@assay/persistence';
import type { Logger } from '@assay/telemetry';
import type { DeclaredOf } from './job-handlers.js';
import { limits } from './limits.js';
import { repeat, type Repeating } from './repeating.js';

/** First half of the key of a ticker's lock (`TICK`); the second is a hash of service and name. */
const tickLock = 0x5449434b;

/** How long a ticker waits after so many failures in a row. */
export function pauseAfterFailureMs(everyMs: number, failures: number): number {
  return Math.max(everyMs, Math.min(limits.tickerMaxPauseMs, everyMs * 2 ** failures));
}

/** Runs one `@Ticker` method in this process, whenever no other replica is at it. */
export class RunningTicker {
  private readonly timer: Repeating;
  private failures = 0;

  constructor(
    private readonly declared: DeclaredOf<'ticker'>,
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly logger: Logger,
  ) {
    this.timer = repeat(declared.options.everyMs, () => this.tick());
  }

  /** Ends after the tick that is running. */
  async stop(): Promise<void> {
    await this.timer.stop();
  }

  private async tick(): Promise<number | void> {
    const { name, everyMs } = this.declared.options;
    try {
      await this.transactions.runAcrossTenants(async (tx) => {
        const [lock] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1, hashtext($2)) as mine', [
          tickLock,
          `${this.database.service}:${name}`,
        ]);
        if (lock?.mine === true) await this.declared.run(tx);
      });
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      const level = asAssayError(error).kind === 'unavailable' ? 'debug' : 'error';
      this.logger[level]({ err: error, ticker: name, failures: this.failures }, 'a ticker failed and goes on');
      return pauseAfterFailureMs(everyMs, this.failures);
    }
  }
}

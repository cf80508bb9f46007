import { setTimeout as sleep } from 'node:timers/promises';
import { failuresAfterExit, restartDelayMs } from './restart-policy.js';
import type { RunningPart } from './running-part.js';

export interface KeepAliveOptions<Part extends RunningPart> {
  /** What it is called in messages, as `nats-server`. */
  readonly name: string;
  /** Starts the part; gets the one before it, whose port and data it takes over. */
  readonly start: (previous: Part | undefined) => Promise<Part>;
  /** Where a line about a death or a restart goes. */
  readonly say: (line: string) => void;
}

/** A part of the infrastructure that is started again, with its data and on its port, whenever it dies. */
export interface KeptAlive<Part extends RunningPart> {
  /** The part as it runs now, or as it ran last. */
  readonly part: Part;
  /** How often it has been started again. */
  readonly restarts: number;
  /** Ends it, for good. */
  stop(): Promise<void>;
}

/**
 * Starts a part and keeps it running until `stop`.
 * @throws whatever the first start throws; later failures are said and tried again, later each time
 */
export async function keepAlive<Part extends RunningPart>(options: KeepAliveOptions<Part>): Promise<KeptAlive<Part>> {
  const keeper = new Keeper(options, await options.start(undefined));
  keeper.watch();
  return keeper;
}

class Keeper<Part extends RunningPart> implements KeptAlive<Part> {
  restarts = 0;
  private failures = 0;
  private readonly stopping = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: KeepAliveOptions<Part>,
    public part: Part,
  ) {}

  watch(): void {
    const startedAt = Date.now();
    this.part.onExit(() => {
      if (this.stopping.signal.aborted) return;
      this.failures = failuresAfterExit(this.failures, Date.now() - startedAt);
      this.restarting = this.restart();
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    await this.part.stop();
  }

  private async restart(): Promise<void> {
    const { name, say, start } = this.options;
    say(`${name} ended; starting it again`);
    while (await this.pause()) {
      try {
        this.part = await start(this.part);
        this.restarts++;
        say(`${name} is back (process ${this.part.pid})`);
        this.watch();
        return;
      } catch (error) {
        this.failures++;
        say(`${name} does not start: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** Waits as long as the policy says. False if it is time to stop instead. */
  private async pause(): Promise<boolean> {
    await sleep(restartDelayMs(this.failures), undefined, { signal: this.stopping.signal }).catch(() => undefined);
    return !this.stopping.signal.aborted;
  }
}

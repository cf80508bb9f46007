import type { Logger } from '@assay/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import { probeTimeoutMs } from './limits.js';

/** One thing without which a service can do nothing: its database, the bus, the artifact store. */
export interface ReadinessProbe {
  /** As `/readyz` shows it: `postgres`, `nats`, `artifacts`. */
  readonly name: string;
  /** Returns when it is there, throws when it is not. */
  check(): Promise<void>;
}

/** One probe's answer: what fails says how, in words that give no address or query away. */
export interface ProbeResult {
  readonly name: string;
  readonly failure: 'failed' | 'timed out' | 'stopping' | null;
}

/** Whether the service can take work. From `stop()` on it says no, so that nobody new is sent to a service that ends. */
export class Readiness {
  private stopping = false;

  constructor(
    private readonly probes: readonly ReadinessProbe[],
    private readonly log: Logger,
  ) {}

  stop(): void {
    this.stopping = true;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Every probe side by side, each for `probeTimeoutMs` at most. Never throws. */
  async check(): Promise<ProbeResult[]> {
    if (this.stopping) return [{ name: 'service', failure: 'stopping' }];
    return Promise.all(this.probes.map(async (probe) => this.ask(probe)));
  }

  private async ask(probe: ReadinessProbe): Promise<ProbeResult> {
    const waiting = new AbortController();
    try {
      const answered = probe.check().then(() => null);
      const tooLate = delay(probeTimeoutMs, 'timed out' as const, { signal: waiting.signal });
      tooLate.catch(() => {});
      return { name: probe.name, failure: await Promise.race([answered, tooLate]) };
    } catch (error) {
      this.log.warn({ err: error, probe: probe.name }, 'not ready');
      return { name: probe.name, failure: 'failed' };
    } finally {
      waiting.abort();
    }
  }
}

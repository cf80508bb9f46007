import type { ChildProcess } from 'node:child_process';
import { endProcess } from './end-process.js';
import { adoptedPollMs, stopTimeoutMs } from './limits.js';
import { isAlive } from './process-identity.js';

/** A server of the embedded infrastructure that runs and answers. It outlives this process unless it is stopped. */
export interface RunningPart {
  /** How to reach it, credentials included. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True if it was running already and was taken over. */
  readonly adopted: boolean;
  /** Ends it in an orderly way; settled once the process is gone and its pid file removed. */
  stop(): Promise<void>;
  /** Calls back once, when the process has ended for whatever reason. */
  onExit(listener: () => void): void;
}

/** Knows when a process ends: from its exit event if it is our child, by looking if it was adopted. */
export class ProcessWatch {
  private readonly listeners: (() => void)[] = [];
  private ended = false;

  constructor(
    readonly pid: number,
    child: ChildProcess | undefined,
  ) {
    if (child) {
      child.once('exit', () => this.end());
      if (child.exitCode !== null || child.signalCode !== null) this.end();
    } else {
      const timer = setInterval(() => {
        if (isAlive(pid)) return;
        clearInterval(timer);
        this.end();
      }, adoptedPollMs);
      timer.unref();
    }
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  onExit(listener: () => void): void {
    if (this.ended) queueMicrotask(listener);
    else this.listeners.push(listener);
  }

  /** Ends the process with these signals in turn, SIGKILL last. */
  async stop(signals: readonly NodeJS.Signals[]): Promise<void> {
    if (!this.ended) await endProcess(this.pid, signals, stopTimeoutMs);
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const listener of this.listeners) listener();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, failuresAfterExit, openLog, removePidFile, restartDelayMs, writePidFile } from '@assay/embedded';
import { drainTimeoutMs } from './limits.js';

export interface ProcessRecipe {
  /** Name of the pid file and in messages. */
  readonly name: string;
  /** The words after `node`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runDir: string;
  readonly logFile: string;
  readonly say: (line: string) => void;
}

/** A Node process that is started again whenever it ends, later each time, until it is stopped. */
export class SupervisedProcess {
  private readonly stopping = new AbortController();
  private failures = 0;
  private child: ChildProcess | undefined;
  private life: Promise<void> = Promise.resolve();

  constructor(private readonly recipe: ProcessRecipe) {}

  get name(): string {
    return this.recipe.name;
  }

  /** The id of the process that runs now. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.life = this.live();
  }

  /** Lets it drain (SIGTERM), kills it if that takes too long, and starts it no more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (this.child?.pid !== undefined) await endProcess(this.child.pid, ['SIGTERM'], drainTimeoutMs);
    await this.life;
  }

  private async live(): Promise<void> {
    const { name, runDir, logFile, say } = this.recipe;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const startedAt = Date.now();
      const how = await this.runOnce();
      removePidFile(runDir, name);
      if (signal.aborted) return;
      this.failures = failuresAfterExit(this.failures, Date.now() - startedAt);
      const delayMs = restartDelayMs(this.failures);
      say(`${name} ended (${how}); starting it again in ${delayMs / 1000} s; its log is ${logFile}`);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One life of the process, to its end. */
  private runOnce(): Promise<string> {
    const { name, args, env, runDir, logFile } = this.recipe;
    const log = openLog(logFile);
    return new Promise((ended) => {
      // A session of its own: Ctrl-C reaches the supervisor, which stops services before what they need.
      const child = spawn(process.execPath, [...args], { env, detached: true, stdio: ['ignore', log.fd, log.fd] });
      this.child = child;
      child.once('error', (error) => ended(error.message));
      child.once('exit', (status, signal) => ended(signal ?? `status ${status}`));
      if (child.pid !== undefined) writePidFile(runDir, name, child.pid);
      log.close();
    }).then((how) => {
      this.child = undefined;
      return how as string;
    });
  }
}

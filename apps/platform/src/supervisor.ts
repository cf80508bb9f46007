import { join } from 'node:path';
import type { DataDir } from './data-dir.js';
import { readyTimeoutMs } from './limits.js';
import { PlatformError } from './platform.errors.js';
import type { PlannedProcess } from './process-plan.js';
import { untilReady } from './readiness.js';
import { SupervisedProcess } from './supervised-process.js';

export interface SupervisorOptions {
  readonly plan: readonly PlannedProcess[];
  readonly dir: DataDir;
  /** The program of a process. */
  readonly mainOf: (planned: PlannedProcess) => string;
  /** The whole environment of one process. */
  readonly environmentOf: (planned: PlannedProcess) => Readonly<Record<string, string | undefined>>;
  /** Where a process answers. */
  readonly urlOf: (planned: PlannedProcess) => string;
  readonly say: (line: string) => void;
  /** Ends the wait for readiness. */
  readonly signal: AbortSignal;
}

/** The services as processes. */
export interface Supervisor {
  /** Lets all drain at once; settled when none runs. */
  stop(): Promise<void>;
}

/**
 * Starts the planned processes at once and waits until each is ready. They take turns at the migrations by themselves.
 * @throws PlatformError `platform.not-ready`, naming the log to read; what was started is stopped then
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { plan, dir, say, signal } = options;
  const processes = plan.map(
    (planned) =>
      new SupervisedProcess({
        name: planned.name,
        args: ['--enable-source-maps', options.mainOf(planned)],
        env: options.environmentOf(planned),
        runDir: dir.run,
        logFile: join(dir.logs, `${planned.name}.log`),
        say,
      }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((supervised) => supervised.stop()));
  };
  for (const supervised of processes) supervised.start();
  const unready: string[] = [];
  await Promise.all(
    plan.map(async (planned, index) => {
      if (await untilReady(options.urlOf(planned), readyTimeoutMs, signal)) {
        say(`${planned.name} is ready (process ${processes[index]!.pid}, port ${planned.port})`);
      } else unready.push(planned.name);
    }),
  );
  if (unready.length === 0) return { stop };
  await stop();
  signal.throwIfAborted();
  throw new PlatformError(
    'unavailable',
    'platform.not-ready',
    `Not ready after ${readyTimeoutMs / 1000} s: ${unready.join(', ')}. Their logs are in ${dir.logs}.`,
  );
}

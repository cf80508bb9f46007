import { readSecrets, serviceSecrets } from '@assay/config';
import type { ServiceDefinition } from './define-service.js';
import { processEnvironment } from './host.env.js';
import { type RunningService, startService } from './start-service.js';

/** Starts all of these services side by side in this process, each with `environment`. If one can't, none stays. */
export async function runAll(
  services: readonly ServiceDefinition[],
  environment: NodeJS.ProcessEnv,
): Promise<RunningService[]> {
  const started = await Promise.allSettled(services.map((service) => startService(service, environment)));
  const running = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = started.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return running;
  await stopAll(running);
  throw failure.reason;
}

/** Stops services in the order of the stream: the door first, so that nothing new comes in. */
export async function stopAll(running: readonly RunningService[]): Promise<void> {
  const door = running.filter((service) => service.name === 'ingest-gateway');
  await Promise.allSettled(door.map((service) => service.stop()));
  await Promise.allSettled(running.filter((service) => !door.includes(service)).map((service) => service.stop()));
}

/**
 * The whole main program of a service: runs it with this process's environment, and secrets from where that says they are,
 * until SIGTERM or SIGINT, then drains.
 */
export async function runService(service: ServiceDefinition): Promise<void> {
  try {
    const environment = processEnvironment();
    const secrets = await readSecrets(environment, serviceSecrets(service.callers !== undefined));
    const running = await startService(service, { ...environment, ...secrets });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void running.stop().finally(() => process.exit(0)));
    }
  } catch (error) {
    process.stderr.write(`${service.name} can't start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

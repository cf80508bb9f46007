import { distinctPorts } from './distinct-ports.js';
import type { Installation } from './installation.js';
import { wholeEnvironment } from './platform.env.js';
import { type PlannedProcess, planProcesses, serviceUrls } from './process-plan.js';
import { compileCache, mainOf } from './repository-paths.js';
import { startSupervisor } from './supervisor.js';

/** Services that run, however: they are stopped together. */
export interface RunningServices {
  /** Lets them drain, then ends them. */
  stop(): Promise<void>;
}

/**
 * Runs every service as a process of its own. Each gets its own user of the embedded NATS and, as everywhere, its own
 * role in Postgres.
 */
export async function runSplit(installation: Installation): Promise<RunningServices> {
  const { request, gatewayPort, dir, say, signal } = installation;
  const { services, replicas } = request;
  const plan = await planProcesses({ services, replicas, gatewayPort, nextPort: distinctPorts() });
  const environment = wholeEnvironment();
  const urls = serviceUrls(plan, '127.0.0.1', environment);
  return startSupervisor({
    plan,
    dir,
    say,
    signal,
    mainOf: ({ service }) => mainOf(service),
    urlOf: ({ service, port }) =>
      service === 'ingest-gateway' ? installation.gatewayUrl(port) : `http://127.0.0.1:${port}`,
    environmentOf: (planned: PlannedProcess) => ({
      ...environment,
      ...urls,
      ...installation.settings,
      // Nine processes that start at once compile the same modules; all but the first find it done.
      NODE_COMPILE_CACHE: environment['NODE_COMPILE_CACHE'] ?? compileCache,
      NATS_URL: installation.infrastructure.natsUrlFor(planned.service),
      PORT: String(planned.service === 'ingest-gateway' ? planned.port : gatewayPort),
      SERVICE_PORT: String(planned.port),
    }),
  });
}

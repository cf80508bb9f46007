import type { ServiceName } from '@assay/contracts';
import { runAll, type ServiceDefinition, stopAll } from '@assay/service-host';
import { distinctPorts } from './distinct-ports.js';
import type { Installation } from './installation.js';
import { wholeEnvironment } from './platform.env.js';
import { planProcesses, serviceUrls } from './process-plan.js';
import type { RunningServices } from './run-split.js';

/** Runs the services as separate applications in this process, talking over the same bus and HTTP as anywhere. */
export async function runInProcess(installation: Installation): Promise<RunningServices> {
  const { request, settings, gatewayPort, say } = installation;
  const nextPort = distinctPorts();
  const plan = await planProcesses({ services: request.services, replicas: new Map(), gatewayPort, nextPort });
  say(
    `starting ${request.services.length === 1 ? request.services[0] : `${request.services.length} services`} in this process`,
  );
  const services = await Promise.all(request.services.map(definitionOf));
  const environment = wholeEnvironment();
  const running = await runAll(services, {
    ...environment,
    ...serviceUrls(plan, '127.0.0.1', environment),
    ...settings,
    PORT: String(gatewayPort),
    SERVICE_PORT: '', // Each listens at the port of its own URL.
  });
  return { stop: () => stopAll(running) };
}

/**
 * The definition that a service's package exports under the service's name, `caseEngineService` (or `caseEngine`) for
 * `case-engine`. Loaded one by
 * one, so that a part of the platform does not carry the rest in its memory.
 */
async function definitionOf(service: ServiceName): Promise<ServiceDefinition> {
  const exported = (await import(`@assay/${service}`)) as Record<string, ServiceDefinition | undefined>;
  const name = service.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const definition = exported[`${name}Service`] ?? exported[name];
  if (definition === undefined) throw new TypeError(`The package @assay/${service} exports no "${name}Service".`);
  return definition;
}

import type { ServiceName } from '@assay/contracts';
import { variablePrefix } from './services.js';

/** One process that the supervisor keeps running. */
export interface PlannedProcess {
  /** `scanner` for the first, `scanner-2` for the second: the name of its pid file and its log. */
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
}

export interface PlanRequest {
  readonly services: readonly ServiceName[];
  readonly replicas: ReadonlyMap<ServiceName, number>;
  /** Where the first gateway listens; the next ones follow. */
  readonly gatewayPort: number;
  /** Gives a port that nobody has, for everything but gateways. */
  readonly nextPort: () => Promise<number>;
}

/** Which processes run and where each listens. Ports are handed out once, so that one that is restarted keeps its own. */
export async function planProcesses(request: PlanRequest): Promise<PlannedProcess[]> {
  const planned: PlannedProcess[] = [];
  for (const service of request.services) {
    const count = request.replicas.get(service) ?? 1;
    for (let replica = 1; replica <= count; replica++) {
      const port = service === 'ingest-gateway' ? request.gatewayPort + replica - 1 : await request.nextPort();
      planned.push({ name: replica === 1 ? service : `${service}-${replica}`, service, port });
    }
  }
  return planned;
}

/**
 * `<SERVICE>_URL` for every service of the plan: where its processes are, separated by commas. One that is set by hand
 * (a service that runs elsewhere) stays.
 */
export function serviceUrls(
  plan: readonly PlannedProcess[],
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const { service, port } of plan) {
    const variable = `${variablePrefix(service)}_URL`;
    if (environment[variable]) continue;
    const url = `http://${host}:${port}`;
    urls[variable] = urls[variable] === undefined ? url : `${urls[variable]},${url}`;
  }
  return urls;
}

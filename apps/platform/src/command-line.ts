import { parseArgs } from 'node:util';
import type { ServiceName } from '@assay/contracts';
import { maxReplicas } from './limits.js';
import { PlatformError } from './platform.errors.js';
import { allServices, isService } from './services.js';

/** What the command line asks for. */
export interface StartRequest {
  /** Each service as a process of its own, under a supervisor. */
  readonly split: boolean;
  readonly services: readonly ServiceName[];
  /** How many of each; one where nothing is said. */
  readonly replicas: ReadonlyMap<ServiceName, number>;
  readonly help: boolean;
}

/** What `--help` prints. */
export const usage = `Usage: npm start -- [options]

  --split                  every service as its own process under a supervisor
  --replicas a=2,b=3       several of a service (needs --split); gateways listen on PORT, PORT+1, …
  --only a,b               these services alone
  --help

Services: ${allServices.join(', ')}
Settings come from the environment; docs/settings.md lists them.`;

/** Reads the words after the program's name. @throws PlatformError `platform.bad-argument` */
export function parseCommandLine(args: readonly string[]): StartRequest {
  const { split = false, help = false, only, replicas } = optionsOf(args);
  const services = only === undefined ? allServices : parseOnly(only);
  const counts = replicas === undefined ? new Map<ServiceName, number>() : parseReplicas(replicas);
  if (counts.size > 0 && !split) throw bad('--replicas needs --split: one process can run each service once.');
  for (const service of counts.keys()) {
    if (!services.includes(service)) throw bad(`--replicas names ${service}, which --only leaves out.`);
  }
  return { split, help, services, replicas: counts };
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        split: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string' },
        replicas: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error), error);
  }
}

/** `scanner,signer`, in the order of the platform. */
export function parseOnly(text: string): ServiceName[] {
  const named = new Set(text.split(',').map((name) => service(name.trim())));
  return allServices.filter((name) => named.has(name));
}

/** `scanner=2,ingest-gateway=3`. */
export function parseReplicas(text: string): Map<ServiceName, number> {
  const counts = new Map<ServiceName, number>();
  for (const part of text.split(',')) {
    const match = /^([a-z-]+)=(\d+)$/.exec(part.trim());
    if (!match) throw bad(`--replicas takes name=number pairs such as scanner=2, not "${part.trim()}".`);
    const name = service(match[1]!);
    const count = Number(match[2]);
    if (count < 1 || count > maxReplicas)
      throw bad(`--replicas ${name}=${count}: from 1 to ${maxReplicas} are possible.`);
    if (counts.has(name)) throw bad(`--replicas names ${name} twice.`);
    counts.set(name, count);
  }
  return counts;
}

function service(name: string): ServiceName {
  if (isService(name)) return name;
  throw bad(`There is no service "${name}"; there are ${allServices.join(', ')}.`);
}

function bad(message: string, cause?: unknown): PlatformError {
  return new PlatformError('invalid', 'platform.bad-argument', message, cause);
}

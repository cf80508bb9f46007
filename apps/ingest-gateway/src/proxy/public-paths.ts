import type { ServiceName } from '@assay/contracts';

/** Which service answers which public paths, each with everything below it. What is not here, nobody reaches from outside. */
export const publicPaths: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  scanner: [
    '/api/v1/images',
    '/api/v1/sboms',
    '/api/v1/components',
    '/api/v1/findings',
    '/api/v1/vulnerabilities',
    '/api/v1/feeds',
    '/api/v1/engines',
    '/v1/images',
    '/v1/builds',
    '/v1/usage',
    '/v1/notifications',
    '/v1/webhooks',
  ],
  signer: ['/api/v1/sign', '/api/v1/verify', '/api/v1/attestations', '/api/v1/keys', '/api/v1/vault'],
  'case-engine': [
    '/api/v1/cases',
    '/api/v1/host-cases',
    '/api/v1/exceptions',
    '/api/v1/exceptions.openvex',
    '/api/v1/policies',
    '/api/v1/rescans',
    '/api/v1/history',
    '/api/v1/runs',
    '/api/v1/teams',
    '/api/v1/verdicts',
    '/api/v1/signals',
    '/signals',
    '/stats',
    '/santamon/signals',
    '/santamon/stats',
  ],
  alerting: ['/api/v1/alerting'],
  compliance: [
    '/api/v1/sla',
    '/api/v1/hosts',
    '/api/v1/host-groups',
    '/api/v1/benchmarks',
    '/api/v1/compliance',
    '/api/v1/settings',
    '/api/v1/integrations',
    '/agents',
    '/santamon/agents',
  ],
  audit: ['/api/v1/audit'],
};

const ownerByPath = new Map(
  Object.entries(publicPaths).flatMap(([service, paths]) => paths.map((path) => [path, service as ServiceName])),
);

/** Every public path of other services. */
export const proxiedPaths: readonly string[] = [...ownerByPath.keys()];

/**
 * Those of them to whose very address one POSTs to the gateway itself, which takes in while the owner is away. The router
 * has one handler for an address and a method; below them, and elsewhere, a named address goes before the wildcard.
 */
export const pathsWithOwnPost: readonly string[] = ['/api/v1/signals', '/api/v1/hosts'];

/** The owner of a path (without its query): the longest of the known paths that it lies under; undefined for none. */
export function ownerOf(path: string): ServiceName | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const owner = ownerByPath.get(path.slice(0, end));
    if (owner !== undefined) return owner;
  }
  return undefined;
}

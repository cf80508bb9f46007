import { domainOwners, type ServiceName } from '@assay/contracts';

/** All services, the gateway first: it is the one that people wait for. */
export const allServices: readonly ServiceName[] = Object.values(domainOwners).toSorted(
  (one, other) => Number(other === 'ingest-gateway') - Number(one === 'ingest-gateway'),
);

/** True for the name of a service. */
export function isService(name: string): name is ServiceName {
  return allServices.some((service) => service === name);
}

/** The service's name as the variables of the environment spell it: `case-engine` becomes `CASE_ENGINE`. */
export function variablePrefix(service: ServiceName): string {
  return service.toUpperCase().replaceAll('-', '_');
}

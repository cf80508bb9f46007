import { createHmac } from 'node:crypto';
import type { ServiceName } from '@assay/contracts';

/** The schema of a service: its name with underscores. */
export function schemaOf(service: ServiceName): string {
  return service.replaceAll('-', '_');
}

/** The roles of one service (`semantics.md` §8). None of them owns another service's schema or bypasses RLS. */
export interface ServiceRoles {
  /** Owns the schema and migrates it; cannot log in. */
  readonly owner: string;
  /** What the service runs as: reads and writes the rows of the tenant that the transaction names. */
  readonly runtime: string;
  /** Taken by `set local role` for work that crosses tenants: relay, maintenance, bulk jobs. */
  readonly job: string;
  /** Insert-only, for group commits over several tenants' requests. */
  readonly accept: string;
}

export function rolesOf(service: ServiceName): ServiceRoles {
  const schema = schemaOf(service);
  return { owner: `${schema}_owner`, runtime: schema, job: `${schema}_job`, accept: `${schema}_accept` };
}

/**
 * The password of a service's runtime role: HMAC-SHA256 of the role's name under the installation's internal key. So
 * every process that holds the key can connect, and no file of passwords has to be passed around.
 */
export function passwordOf(role: string, internalKey: string): string {
  return createHmac('sha256', internalKey).update(`postgres-role:${role}`).digest('base64url');
}

/** `databaseUrl` with the runtime role's name and password in place of the administrator's. */
export function runtimeUrl(databaseUrl: string, service: ServiceName, internalKey: string): string {
  const url = new URL(databaseUrl);
  url.username = rolesOf(service).runtime;
  url.password = passwordOf(url.username, internalKey);
  return url.toString();
}

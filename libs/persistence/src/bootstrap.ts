import type { ServiceName } from '@assay/contracts';
import type pg from 'pg';
import { ensureRoles } from './ensure-roles.js';
import { rolesOf, schemaOf } from './roles.js';

/** Serialises everything that changes roles and schemas, whoever starts it: one number of our own (`ASSY`). */
export const setupLockKey = 0x41535359;

/**
 * Makes a service's roles and its schema, as the administrator of the database. May be repeated at every start.
 * Afterwards the owner role can migrate, the runtime role sees this schema and no other, and `public` is closed.
 */
export async function bootstrapService(client: pg.Client, service: ServiceName, internalKey: string): Promise<void> {
  const { owner, runtime, job, accept } = rolesOf(service);
  const schema = schemaOf(service);
  await ensureRoles(client, service, internalKey);
  await client.query(`
    revoke all on schema public from public;
    create schema if not exists ${schema} authorization ${owner};
    set role ${owner};
    grant usage on schema ${schema} to ${runtime}, ${job}, ${accept};
    alter default privileges in schema ${schema}
      grant select, insert, update, delete on tables to ${runtime}, ${job};
    alter default privileges in schema ${schema} grant usage, select on sequences to ${runtime}, ${job}, ${accept};
    reset role;
  `);
}

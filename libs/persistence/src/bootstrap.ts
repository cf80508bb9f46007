import type { ServiceName } from '@assay/contracts';
import pg from 'pg';
import { passwordOf, rolesOf, schemaOf } from './roles.js';

/** Serialises everything that changes roles and schemas, whoever starts it: one number of our own (`ASSY`). */
export const setupLockKey = 0x41535359;

/**
 * Makes a service's roles and its schema, as the administrator of the database. May be repeated at every start.
 * Afterwards the owner role can migrate, the runtime role sees this schema and no other, and `public` is closed.
 */
export async function bootstrapService(client: pg.Client, service: ServiceName, internalKey: string): Promise<void> {
  const { owner, runtime, job, accept } = rolesOf(service);
  const schema = schemaOf(service);
  const password = passwordOf(runtime, internalKey);
  for (const role of [owner, job, accept, runtime]) {
    await client.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
      end $$`);
  }
  await client.query(`
    alter role ${runtime} login nosuperuser nobypassrls nocreatedb nocreaterole
      password ${client.escapeLiteral(password)};
    alter role ${runtime} set search_path = ${schema};
    grant ${job}, ${accept} to ${runtime} with inherit false, set true;
    grant ${owner} to current_user with inherit false, set true;
    revoke all on schema public from public;
    create schema if not exists ${schema} authorization ${owner};
    grant usage on schema ${schema} to ${runtime}, ${job}, ${accept};
    set role ${owner};
    alter default privileges in schema ${schema}
      grant select, insert, update, delete on tables to ${runtime}, ${job};
    alter default privileges in schema ${schema} grant usage, select on sequences to ${runtime}, ${job}, ${accept};
    reset role;
  `);
}

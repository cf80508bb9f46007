import type { ServiceName } from '@assay/contracts';
import pg from 'pg';
import { limits } from './limits.js';
import { passwordOf, rolesOf, schemaOf } from './roles.js';
import { isVerifierOf } from './scram-verifier.js';

/**
 * Makes a service's roles what they have to be, as the administrator. Only what differs is changed: a start with nothing to
 * do writes nothing, and two that do the same at once agree as soon as one of them has committed.
 *
 * Roles belong to the whole cluster and the lock of a set-up to one database, so those who set up two databases of one
 * cluster do meet here. PostgreSQL answers the later of the two with an error; it looks again then.
 */
export async function ensureRoles(client: pg.Client, service: ServiceName, internalKey: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const statements = await whatDiffers(client, service, internalKey);
    if (statements.length === 0) return;
    try {
      // One message, so one transaction: all of it or nothing.
      await client.query(statements.join(';\n'));
      return;
    } catch (error) {
      if (attempt === limits.roleAttempts || !metAnother(error)) throw error;
    }
  }
}

/** What PostgreSQL says to the later of two that change the same role; SQLSTATEs of its appendix A. */
const ofTwoAtOnce = new Set([
  '23505', // unique_violation: both were about to make the role or the membership
  '42710', // duplicate_object: the role was made since we looked
  '40P01', // deadlock_detected
]);

function metAnother(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  // XX000 (internal_error) says much; this text of it is never translated.
  if (error.code === 'XX000') return /^tuple concurrently (updated|deleted)/.test(error.message);
  return ofTwoAtOnce.has(error.code ?? '');
}

interface RoleNow {
  readonly name: string;
  readonly login: boolean;
  readonly super: boolean;
  readonly bypassrls: boolean;
  readonly createdb: boolean;
  readonly createrole: boolean;
  readonly config: readonly string[] | null;
  /** The roles that it may take and does not inherit from, as we grant them. */
  readonly takes: readonly string[];
}

async function whatDiffers(client: pg.Client, service: ServiceName, internalKey: string): Promise<string[]> {
  const { owner, runtime, job, accept } = rolesOf(service);
  const { rows } = await client.query<RoleNow & { readonly me: boolean }>(
    `select r.rolname as name, r.rolname = current_user as me, r.rolcanlogin as login, r.rolsuper as super,
            r.rolbypassrls as bypassrls, r.rolcreatedb as createdb, r.rolcreaterole as createrole, r.rolconfig as config,
            array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
                   where m.member = r.oid group by g.rolname
                  having bool_or(m.set_option) and not bool_or(m.inherit_option)) as takes
       from pg_roles r where r.rolname = any($1) or r.rolname = current_user`,
    [[owner, runtime, job, accept]],
  );
  const there = new Set(rows.map(({ name }) => name));
  const now = rows.find(({ name }) => name === runtime);
  const takenByMe = rows.find(({ me }) => me)?.takes ?? [];
  const missing = [job, accept].filter((role) => !now?.takes.includes(role));
  return [
    ...[owner, job, accept, runtime].filter((role) => !there.has(role)).map((role) => `create role ${role} nologin`),
    ...(await runtimeDiffers(client, now, runtime, passwordOf(runtime, internalKey))),
    ...(now?.config?.includes(`search_path=${schemaOf(service)}`)
      ? []
      : [`alter role ${runtime} set search_path = ${schemaOf(service)}`]),
    ...(missing.length === 0 ? [] : [`grant ${missing.join(', ')} to ${runtime} with inherit false, set true`]),
    ...(takenByMe.includes(owner) ? [] : [`grant ${owner} to current_user with inherit false, set true`]),
  ];
}

/** Rights that nobody may have given meanwhile. Those that are as they should be aren't named: it would need a superuser. */
async function runtimeDiffers(
  client: pg.Client,
  now: RoleNow | undefined,
  runtime: string,
  password: string,
): Promise<string[]> {
  const tooMighty = (['super', 'bypassrls', 'createdb', 'createrole'] as const).filter((right) => now?.[right]);
  const changes = [
    ...(now?.login ? [] : ['login']),
    ...tooMighty.map((right) => (right === 'super' ? 'nosuperuser' : `no${right}`)),
    ...((await hasPassword(client, runtime, password)) ? [] : [`password ${client.escapeLiteral(password)}`]),
  ];
  return changes.length === 0 ? [] : [`alter role ${runtime} ${changes.join(' ')}`];
}

/** True if it is known that the role has this password. Only a superuser may look; for anybody else it is set at each start. */
async function hasPassword(client: pg.Client, role: string, password: string): Promise<boolean> {
  const may = await client.query<{ may: boolean }>(
    `select has_table_privilege('pg_catalog.pg_authid', 'select') as may`,
  );
  if (may.rows[0]?.may !== true) return false;
  const { rows } = await client.query<{ verifier: string | null }>(
    'select rolpassword as verifier from pg_authid where rolname = $1',
    [role],
  );
  return isVerifierOf(rows[0]?.verifier ?? null, password);
}

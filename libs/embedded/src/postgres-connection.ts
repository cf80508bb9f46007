import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError, escapeIdentifier } from 'pg';
import { EmbeddedError } from './embedded.errors.js';
import { readyPollMs } from './limits.js';
import { superuser } from './postgres-cluster.js';

/** The address of a database of the embedded cluster, for its superuser. */
export function postgresUrl(port: number, password: string, database: string = superuser): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Waits until the server lets us in, then makes the database `assay` if it is not there.
 * @param stillRunning asked between attempts; false ends the wait
 * @returns false if the server ended or the time was over
 * @throws EmbeddedError `embedded.postgres-password` if it knows another password
 */
export async function openDatabase(
  port: number,
  password: string,
  timeoutMs: number,
  stillRunning: () => boolean,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (stillRunning() && Date.now() < deadline) {
    const client = new Client({ connectionString: postgresUrl(port, password, 'postgres') });
    client.on('error', () => undefined); // A server that dies now is noticed by the next statement.
    try {
      await client.connect();
      await ensureDatabase(client);
      return true;
    } catch (error) {
      refuseWrongPassword(error);
      await sleep(readyPollMs);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [superuser]);
  if (rowCount === 0) await client.query(`create database ${escapeIdentifier(superuser)}`);
}

/** 28P01 is invalid_password (PostgreSQL, appendix A); anything else is a server that is not ready yet. */
function refuseWrongPassword(error: unknown): void {
  if (!(error instanceof DatabaseError) || error.code !== '28P01') return;
  throw new EmbeddedError(
    'embedded.postgres-password',
    'The embedded PostgreSQL knows another password than secrets/postgres.password. Put the file back that belongs to this data.',
    error,
  );
}

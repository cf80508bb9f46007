import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Does something as the superuser of the embedded Postgres that runs on this data directory. */
export async function asSuperuser<Result>(
  dataDir: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const read = (...path: string[]): string => readFileSync(join(dataDir, ...path), 'utf8').trim();
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(read('run', 'postgres.port')),
    user: 'assay',
    password: read('secrets', 'postgres.password'),
    database: 'assay',
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

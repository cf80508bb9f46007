import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { PlatformProcess } from '../../test/journeys/support/platform-process.js';
import { waitUntil } from '../../test/journeys/support/wait-until.js';
import type { Reporter } from './bench.js';
import { HttpClient } from './http-client.js';
import type { PlatformChoices } from './options.js';

/** A platform of its own for one measurement, all services in one process unless asked otherwise, on this machine only. */
export interface MeasuredPlatform {
  readonly process: PlatformProcess;
  /** A caller with the admin's key. */
  client(connections: number): HttpClient;
  /** Process ids by name, as the platform's own pid files say. */
  pids(): ReadonlyMap<string, number>;
  /** How many transactions the database has committed so far. */
  transactions(): Promise<number>;
}

const profiles = resolve('.cache/profiles');

/** Starts a platform with a temporary data directory, measures, and ends it whatever happens. */
export async function withPlatform<Result>(
  report: Reporter,
  { profile, only, split }: PlatformChoices,
  measure: (platform: MeasuredPlatform) => Promise<Result>,
): Promise<Result> {
  if (!existsSync('apps/platform/dist/main.js')) throw new Error('Nothing is built yet: npm run build');
  if (profile) mkdirSync(profiles, { recursive: true });
  const env: Record<string, string> = { NODE_ENV: 'production' };
  if (profile) env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-dir=${profiles}`;
  const platform = new PlatformProcess(split ? 'split' : 'all-in-one', {
    env,
    args: only === undefined ? [] : ['--only', only],
  });
  const clients: HttpClient[] = [];
  try {
    const begun = performance.now();
    await platform.start();
    report.fact('platform', `${platform.mode}, ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    if (only === undefined || only.split(',').includes('scanner')) await feedsAreIn(platform);
    report.fact('durability', await durabilityOf(platform.dataDir));
    return await measure({
      process: platform,
      pids: () => platform.pids(),
      transactions: () => committed(platform.dataDir),
      client: (connections) => {
        const client = new HttpClient(platform.url, platform.adminKey, connections);
        clients.push(client);
        return client;
      },
    });
  } finally {
    for (const client of clients) client.close();
    await platform.remove();
    if (profile) report.fact('profiles', `${profiles}; node bench/run.ts profile-summary`);
  }
}

/** The shipped advisories are read after the first start, which is work of its own and not what is measured. */
async function feedsAreIn(platform: PlatformProcess): Promise<void> {
  const client = new HttpClient(platform.url, platform.adminKey, 1);
  const feeds = (): Promise<{ items: { refreshedAt: string | null }[] }> => client.read('/api/v1/feeds');
  await waitUntil(
    'the shipped feeds are in',
    async () => (await feeds()).items.every(({ refreshedAt }) => refreshedAt !== null),
    120_000,
  );
  client.close();
}

/** What the database says of itself, so that nobody measures with the safety off. */
export async function durabilityOf(dataDir: string): Promise<string> {
  const client = await administrator(dataDir);
  try {
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'];
    const { rows } = await client.query<{ name: string; setting: string }>(
      'select name, setting from pg_settings where name = any($1) order by name',
      [names],
    );
    return rows.map(({ name, setting }) => `${name} ${setting}`).join(', ');
  } finally {
    await client.end();
  }
}

async function committed(dataDir: string): Promise<number> {
  const client = await administrator(dataDir);
  try {
    const { rows } = await client.query<{ committed: string }>(
      'select sum(xact_commit) as committed from pg_stat_database where datname = current_database()',
    );
    return Number(rows[0]?.committed);
  } finally {
    await client.end();
  }
}

/** A connection to the embedded Postgres as its superuser. The measuring reads settings and counts statements; it never writes. */
export async function administrator(dataDir: string): Promise<pg.Client> {
  const read = (...path: string[]): string => readFileSync(join(dataDir, ...path), 'utf8').trim();
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(read('run', 'postgres.port')),
    user: 'assay',
    password: read('secrets', 'postgres.password'),
    database: 'assay',
  });
  await client.connect();
  return client;
}

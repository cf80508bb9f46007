import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, keepAlive, startPostgres, type RunningPart } from '../src/index.js';
import { temporaryFolders } from './temporary-folders.js';

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const ended = (part: RunningPart): Promise<void> => new Promise((resolve) => part.onExit(resolve));

describe('the embedded Postgres', () => {
  let folders: ReturnType<typeof temporaryFolders>;
  const running = new Set<RunningPart>();
  const start = async (): Promise<RunningPart> => {
    const part = await startPostgres({ dataDir: folders.dataDir('pg'), runDir: folders.runDir, logFile: folders.log });
    running.add(part);
    return part;
  };
  beforeEach(() => (folders = temporaryFolders()));
  afterEach(async () => {
    for (const part of running) await part.stop();
    running.clear();
    folders.remove();
  });

  it('comes back after kill -9 with what was committed, on its port', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    const death = ended(first);
    process.kill(first.pid, 'SIGKILL');
    await death;

    const second = await start();
    expect(second).toMatchObject({ adopted: false, port: first.port, url: first.url });
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('is adopted by a second start, and stop leaves nothing running', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url });

    const death = ended(first);
    await second.stop();
    await death;
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(join(folders.runDir, 'postgres.pid'))).toBe(false);
  });

  it('is durable, local and closed to those without the password', async () => {
    const { url, pid } = await start();
    const settings = await query<{ name: string; setting: string }>(
      url,
      `select name, setting from pg_settings
        where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'unix_socket_directories')
        order by name`,
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['on', 'on', '127.0.0.1', 'on', '']);
    expect(readFileSync(join(folders.runDir, 'postgres.pid'), 'utf8')).toBe(`${pid}\n`);
    expect(statSync(join(folders.runDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('kept alive, it is started again when it dies and ends for good when told to', async () => {
    const said: string[] = [];
    const kept = await keepAlive({ name: 'Postgres', start: () => start(), say: (line) => said.push(line) });
    const { pid: firstPid, url } = kept.part;
    process.kill(firstPid, 'SIGKILL');
    await expect.poll(() => kept.restarts, { timeout: 30_000 }).toBe(1);
    expect(kept.part.url).toBe(url);
    expect(kept.part.pid).not.toBe(firstPid);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);

    const last = kept.part.pid;
    await kept.stop();
    expect(isAlive(last)).toBe(false);
    expect(said).toEqual(['Postgres ended; starting it again', expect.stringContaining('Postgres is back')]);
  });
});

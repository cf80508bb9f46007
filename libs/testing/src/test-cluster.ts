import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@assay/embedded';
import pg from 'pg';

/** A PostgreSQL of one test file's own: for what is of the whole cluster, roles above all, and so disturbs every other file. */
export class TestCluster {
  private constructor(
    /** The superuser's address. */
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<TestCluster> {
    const directory = mkdtempSync(join(tmpdir(), 'assay-cluster-'));
    const path = (name: string): string => join(directory, name);
    const postgres = await startPostgres({
      dataDir: path('postgres'),
      runDir: path('run'),
      logFile: path('postgres.log'),
    });
    return new TestCluster(postgres.url, async () => {
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  /** An empty database: the superuser's address. */
  async aDatabase(): Promise<string> {
    const url = new URL(this.url);
    url.pathname = `/test_${randomBytes(8).toString('hex')}`;
    await this.asSuperuser((client) => client.query(`create database ${url.pathname.slice(1)}`));
    return url.toString();
  }

  async asSuperuser<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

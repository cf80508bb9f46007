import type { ServiceName } from '@assay/contracts';
import type { PoolClient } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { limits } from './limits.js';
import { schemaOf } from './roles.js';
import { StatementNames } from './statement-names.js';

/** A service's connection to its own schema, as its runtime role. */
export class Database {
  private readonly statements = new StatementNames();

  constructor(
    readonly source: DataSource,
    readonly service: ServiceName,
  ) {}

  /** A connection of the pool with TypeORM's runner around it. The caller releases the runner. */
  async connect(): Promise<{ runner: QueryRunner; client: PoolClient }> {
    const runner = this.source.createQueryRunner();
    return { runner, client: (await runner.connect()) as PoolClient };
  }

  /** Runs a statement with a constant text, prepared. */
  async query<Row>(client: PoolClient, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const result = await client.query({ name: this.statements.nameOf(sql), text: sql, values: [...parameters] });
    return result.rows as Row[];
  }

  /** @throws whatever the driver throws if the database does not answer. */
  async check(): Promise<void> {
    await this.source.query('select 1');
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}

/** Opens a service's database. `url` names its runtime role. */
export async function openDatabase(
  service: ServiceName,
  url: string,
  entities: readonly (new () => object)[] = [],
): Promise<Database> {
  const schema = schemaOf(service);
  const source = new DataSource({
    type: 'postgres',
    url,
    schema,
    entities: [...entities],
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: limits.poolConnections,
    connectTimeoutMS: limits.connectTimeoutMs,
    applicationName: `assay-${service}`,
    poolErrorHandler: () => undefined,
    extra: {
      options: `-c search_path=${schema} -c statement_timeout=${limits.statementTimeoutMs}`,
    },
  });
  await source.initialize();
  return new Database(source, service);
}

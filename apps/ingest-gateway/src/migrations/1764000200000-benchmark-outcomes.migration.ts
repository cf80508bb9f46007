import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of results of benchmarks, which get no verdict: each scan of the document, by its id. Hosts are found by name. */
export class BenchmarkOutcomes implements MigrationInterface {
  readonly name = 'BenchmarkOutcomes1764000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table receipts add column benchmark jsonb;
      create index agent_hosts_name_idx on agent_hosts (tenant, lower(hostname));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index agent_hosts_name_idx; alter table receipts drop column benchmark');
  }
}

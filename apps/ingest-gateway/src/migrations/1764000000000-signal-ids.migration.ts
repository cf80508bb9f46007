import { allowGroupInserts, isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('ingest-gateway');

/** Which signals were taken in before, and how many each tenant sent in a day. */
export class SignalIds implements MigrationInterface {
  readonly name = 'SignalIds1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    // The key is a hash of tenant, host and id; so is the digest one, of the content, cut to 8 bytes: it tells a repeat
    // from another signal under the same id, and protects nothing. Days end at the far end of the table: BRIN finds them.
    await runner.query(`
      create table signal_ids (
        key uuid primary key,
        digest bigint not null,
        tenant text not null,
        received_on date not null
      ) with (fillfactor = 100, autovacuum_vacuum_insert_scale_factor = 0.5);
      create index signal_ids_day_idx on signal_ids using brin (received_on)
        with (pages_per_range = 16, autosummarize = on);
      alter table daily_usage add column signals bigint not null default 0;
    `);
    await runner.query(isolateTenants('signal_ids', roles));
    await runner.query(allowGroupInserts('signal_ids', roles));
    // Who commits for many tenants learns which of the keys it brings were there, and nothing that names anything.
    await runner.query(`
      grant select (key, digest) on signal_ids to ${roles.accept};
      create policy group_lookups on signal_ids for select to ${roles.accept} using (true);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signal_ids; alter table daily_usage drop column signals');
  }
}

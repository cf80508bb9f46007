import type { ServiceName } from '@assay/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rolesOf } from './roles.js';
import { allowGroupInserts, isolateTenants } from './row-level-security.js';

/**
 * What is still to be published moves into a narrow table beside the outbox. Marking an event used to rewrite its row with
 * its envelope, 1.5 KB of log for one time stamp; now a row of the outbox never changes, and `published_at` only says
 * that `outbox_pending` knows better: it is null on rows from before this migration alone.
 */
export function outboxPending(service: ServiceName): new () => MigrationInterface {
  const roles = rolesOf(service);
  return class OutboxPending implements MigrationInterface {
    readonly name = 'OutboxPending1763950000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query('create table outbox_pending (id uuid primary key, tenant text not null)');
      // The owner is bound by row level security too, but for this one look over all tenants.
      await runner.query(`
        alter table outbox no force row level security;
        insert into outbox_pending (id, tenant) select id, tenant from outbox where published_at is null;
        alter table outbox force row level security;
        alter table outbox alter column published_at set default now();
      `);
      await runner.query(isolateTenants('outbox_pending', roles));
      await runner.query(allowGroupInserts('outbox_pending', roles));
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`
        alter table outbox alter column published_at drop default;
        alter table outbox no force row level security;
        alter table outbox_pending no force row level security;
        update outbox set published_at = null where id in (select id from outbox_pending);
        alter table outbox force row level security;
        drop table outbox_pending;
      `);
    }
  };
}

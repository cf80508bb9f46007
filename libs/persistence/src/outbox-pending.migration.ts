import type { ServiceName } from '@assay/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rolesOf } from './roles.js';
import { allowGroupInserts, isolateTenants } from './row-level-security.js';

/**
 * What is still to be published moves into a narrow table beside the outbox. Marking an event used to rewrite its row with
 * its envelope, 1.5 KB of log for one time stamp; now a row of the outbox never changes, and `published_at` only says
 * that `outbox_pending` knows better. It is null on rows of processes that do not know that table: while the versions are
 * mixed they publish and mark their own, and what they leave behind the sweep takes over (`OutboxStore.adopt`).
 */
export function outboxPending(service: ServiceName): new () => MigrationInterface {
  const roles = rolesOf(service);
  return class OutboxPending implements MigrationInterface {
    readonly name = 'OutboxPending1763950000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query('create table outbox_pending (id uuid primary key, tenant text not null)');
      await runner.query(isolateTenants('outbox_pending', roles));
      await runner.query(allowGroupInserts('outbox_pending', roles));
    }

    async down(runner: QueryRunner): Promise<void> {
      // The owner is bound by row level security too, but for this one look over all tenants.
      await runner.query(`
        alter table outbox no force row level security;
        alter table outbox_pending no force row level security;
        update outbox set published_at = null where id in (select id from outbox_pending);
        alter table outbox force row level security;
        drop table outbox_pending;
      `);
    }
  };
}

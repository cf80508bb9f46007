import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What goes on until it is over: rules that matched on hosts, failing rules, lost points, silence. */
export class Incidents1764000100000 implements MigrationInterface {
  readonly name = 'Incidents1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table incidents (
        tenant text not null,
        rule_id uuid not null,
        -- What it is about: a rule on a host, a profile on a host, a host.
        incident text collate "C" not null,
        -- The newest alert of it; null where its end was heard of first.
        alert_id uuid,
        raised_at timestamptz,
        -- Events of its end may come before those of its beginning: what counts is when they were said.
        recovered_at timestamptz,
        -- The score from which on lost points are made up for.
        recovers_at double precision,
        primary key (tenant, rule_id, incident)
      );
      create index incidents_age_idx on incidents (recovered_at) where recovered_at is not null;
      alter table alerts add column resolved_at timestamptz;
    `);
    await runner.query(isolateTenants('incidents', rolesOf('alerting')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table alerts drop column resolved_at; drop table incidents');
  }
}

import { createDayPartitions, isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const daysPerPartition = 7;
const daysAhead = 14;

/**
 * Signals, and what is known of them without reading them: groups (a rule on a host), counts, the texts of rules.
 *
 * Partitions are weeks of the id and not days as those of the outbox: every list looks into each of them, and a hundred
 * looks cost more than the page that they are for. What lies before the tenant's retention is not shown from the minute on.
 */
export class Signals implements MigrationInterface {
  readonly name = 'Signals1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What rules say: a few hundred rows, by which lists and searches find signals. The texts of a rule may change.
      create table signal_kinds (
        id integer generated always as identity primary key,
        tenant text not null,
        -- SHA-256 of the fields below.
        digest bytea not null,
        rule_id text not null,
        rule_description text,
        severity text not null,
        title text not null,
        tags text[] not null,
        -- Title and rule in lower case, as searches compare them.
        searched_title text not null,
        searched_rule text not null,
        -- When nothing of this kind was left; it goes a day later, if nothing has come meanwhile.
        unused_since timestamptz,
        unique (tenant, digest)
      );

      create table signals (
        -- The receiver's, a UUIDv7.
        id uuid primary key,
        tenant text not null,
        kind_id integer not null,
        host_id text collate "C" not null,
        signal_id text collate "C" not null,
        -- As the sender wrote it, and as a time: agents send nanoseconds, of which timestamptz keeps the microseconds.
        ts text not null,
        at timestamptz not null,
        nanos smallint not null,
        received_at timestamptz not null,
        -- 0 open, 1 acknowledged, 2 resolved
        status smallint not null,
        assignee text,
        -- JSON as text: nobody looks into it here, and jsonb refuses U+0000.
        context text not null,
        context_document text,
        mended text[],
        digest bytea
      ) partition by range (id);
      create table signals_default partition of signals default;
      create index signals_newest_idx on signals (tenant, status, at, nanos, id);
      create index signals_kind_idx on signals (kind_id, status, at, nanos, id);
      create index signals_host_idx on signals (tenant, host_id, status, at, nanos, id);
      create index signals_host_kind_idx on signals (kind_id, host_id, status, at, nanos, id);
      create index signals_assignee_idx on signals (tenant, assignee, status, at, nanos, id) where assignee is not null;
      create index signals_signal_id_idx on signals using hash (signal_id);

      -- Who did what to a signal; lives as long as the signal, whose id it is cut by.
      create table signal_changes (
        signal uuid not null,
        id uuid not null,
        tenant text not null,
        at timestamptz not null,
        actor text not null,
        from_status smallint not null,
        to_status smallint not null,
        assignee text,
        comment text,
        reason text,
        primary key (signal, id)
      ) partition by range (signal);
      create table signal_changes_default partition of signal_changes default;

      -- A rule on a host: what a person looks at. Counts are of signals that are kept.
      create table signal_groups (
        tenant text not null,
        host_id text collate "C" not null,
        rule_id text collate "C" not null,
        -- Of the newest signal.
        title text not null,
        -- The worst since the group was last without open signals.
        severity text not null,
        open integer not null,
        acknowledged integer not null,
        resolved integer not null,
        critical integer not null,
        high integer not null,
        medium integer not null,
        low integer not null,
        info integer not null,
        unknown integer not null,
        -- Of what has come since the group was last without open signals.
        first_at timestamptz not null,
        last_at timestamptz not null,
        newest_id uuid not null,
        primary key (tenant, host_id, rule_id)
      ) with (fillfactor = 70);

      -- Counts of a tenant: 'total', 'status', 'severity', 'host', 'rule', and 'hour' and 'minute' of the last days.
      create table signal_counts (
        tenant text not null,
        dimension text collate "C" not null,
        key text collate "C" not null,
        n bigint not null,
        primary key (tenant, dimension, key)
      ) with (fillfactor = 70);

      -- What is to be added to the counts. Every transaction adds a row of its own, so that none waits for another.
      create table signal_deltas (
        id uuid primary key,
        tenant text not null,
        dimensions text[] not null,
        keys text[] not null,
        counts integer[] not null
      );
      create index signal_deltas_tenant_idx on signal_deltas (tenant);

      -- Up to which id a tenant's signals are out of counts and groups, because their days are over.
      create table signal_retention (tenant text primary key, settled_before uuid not null);
    `);
    const now = new Date();
    for (const table of ['signals', 'signal_changes']) {
      await runner.query(createDayPartitions(table, now, daysAhead, daysPerPartition));
    }
    const roles = rolesOf('case-engine');
    for (const table of tables) await runner.query(isolateTenants(table, roles));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${tables.join(', ')}`);
  }
}

const tables = [
  'signal_kinds',
  'signals',
  'signal_changes',
  'signal_groups',
  'signal_counts',
  'signal_deltas',
  'signal_retention',
];

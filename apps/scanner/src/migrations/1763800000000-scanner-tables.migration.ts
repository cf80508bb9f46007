import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('scanner');

/** What belongs to nobody in particular: everyone reads it, only the job role changes it. */
const globalTables = [
  'feed_state',
  'feeds',
  'feed_records',
  'feed_refreshes',
  'touched_packages',
  'advisories',
  'advisory_packages',
  'vulnerability_groups',
  'vulnerability_ids',
];

const tenantTables = [
  'components',
  'sboms',
  'occurrences',
  'scans',
  'subjects',
  'subject_scans',
  'rejudgements',
  'findings',
];

/** Advisories and what they mean, and the inventory with what was found in it. */
export class ScannerTables1763800000000 implements MigrationInterface {
  readonly name = 'ScannerTables1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table feed_state (
        only_row boolean primary key default true check (only_row),
        -- Grows with every import that changed something; 0 until the first feeds are in.
        generation bigint not null
      );
      insert into feed_state (generation) values (0);

      create table feeds (
        name text primary key,
        version text not null default '',
        digest text not null default '',
        records integer not null default 0,
        added integer not null default 0,
        changed integer not null default 0,
        removed integer not null default 0,
        rejected integer not null default 0,
        rejections jsonb not null default '[]',
        etags jsonb not null default '{}',
        refreshed_at timestamptz,
        last_error text,
        last_error_at timestamptz
      );

      -- The records of an import in progress. A crash costs the import and nothing else, so no log is kept of it.
      create unlogged table feed_records (
        refresh_id uuid not null,
        id text not null,
        source text not null,
        digest text not null,
        body json not null
      );
      create index feed_records_idx on feed_records (refresh_id, id collate "C");

      -- Packages about which an import says something else than before, and whose owners are therefore asked again.
      create unlogged table touched_packages (
        refresh_id uuid not null,
        package_key text not null,
        primary key (refresh_id, package_key)
      );

      create table feed_refreshes (
        id uuid primary key,
        feed text not null,
        source jsonb not null,
        state text not null check (state in ('queued', 'running', 'done', 'failed')),
        progress jsonb not null default '{}',
        error text,
        requested_by text not null,
        created_at timestamptz not null,
        heartbeat_at timestamptz,
        finished_at timestamptz
      );
      create index feed_refreshes_open_idx on feed_refreshes (id) where state in ('queued', 'running');

      create table vulnerability_groups (
        id uuid primary key,
        display_id text not null,
        ids text[] not null,
        title text not null default '',
        severity text not null default 'unknown',
        score real,
        vector text,
        kev jsonb,
        first_seen_at timestamptz not null,
        merged_into uuid
      );
      create table vulnerability_ids (id text primary key, group_id uuid not null);
      create index vulnerability_ids_group_idx on vulnerability_ids (group_id);

      create table advisories (
        id text primary key,
        source text not null,
        digest text not null,
        group_id uuid not null,
        withdrawn boolean not null,
        modified timestamptz,
        severity text not null,
        score real,
        vector text,
        summary text not null,
        body jsonb not null
      );
      create index advisories_group_idx on advisories (group_id);
      create index advisories_source_idx on advisories (source);

      create table advisory_packages (
        package_key text not null,
        advisory_id text not null references advisories on delete cascade,
        affected jsonb not null,
        primary key (package_key, advisory_id)
      );
      create index advisory_packages_advisory_idx on advisory_packages (advisory_id);

      create table components (
        tenant text not null,
        id uuid not null,
        purl text,
        name text not null,
        version text not null,
        type text not null,
        licenses text[] not null,
        ecosystem text,
        package_name text,
        package_version text,
        package_key text,
        primary key (tenant, id)
      );
      create index components_package_idx on components (package_key) where package_key is not null;
      create index components_purl_idx on components (tenant, purl collate "C", id);

      create table sboms (
        id uuid primary key,
        tenant text not null,
        digest text not null,
        size bigint not null,
        media_type text not null,
        format text not null,
        spec_version text not null,
        serial text,
        subject_name text,
        subject_version text,
        subject_purl text,
        component_count integer not null,
        warnings jsonb not null,
        created_at timestamptz not null,
        unique (tenant, digest)
      );
      create index sboms_newest_idx on sboms (tenant, id desc);

      create table occurrences (
        tenant text not null,
        sbom_id uuid not null,
        component_id uuid not null,
        primary key (sbom_id, component_id)
      );
      create index occurrences_component_idx on occurrences (tenant, component_id, sbom_id);

      create table subjects (
        id uuid primary key,
        tenant text not null,
        key text not null,
        kind text not null check (kind in ('pr', 'branch', 'image', 'host', 'document')),
        provider text,
        org text,
        repo text,
        branch text,
        pr_id text,
        image_name text,
        host_id text,
        unique (tenant, key)
      );
      create index subjects_repo_idx on subjects (tenant, repo) where repo is not null;
      create index subjects_image_idx on subjects (tenant, image_name) where image_name is not null;

      create table scans (
        id uuid primary key,
        tenant text not null,
        receipt_id uuid not null,
        kind text not null,
        tool text not null,
        document_digest text not null,
        sbom_id uuid,
        subject_id uuid not null,
        findings_digest text not null,
        findings_count integer not null,
        engines jsonb not null,
        feed_generation bigint not null,
        completed_at timestamptz not null
      );
      create index scans_newest_idx on scans (tenant, id desc);
      create index scans_subject_idx on scans (subject_id, id desc);

      -- Scans that have to be made again, because advisories, KEV or alias groups have changed.
      create table rejudgements (
        tenant text not null,
        subject_id uuid not null,
        tool text not null,
        because uuid not null,
        primary key (tenant, subject_id, tool)
      );

      -- What each subject's newest scan by each tool said.
      create table subject_scans (
        tenant text not null,
        subject_id uuid not null,
        tool text not null,
        scan_id uuid not null,
        receipt_id uuid not null,
        sbom_id uuid,
        findings_digest text not null,
        findings_set text not null,
        previous_set text,
        version integer not null,
        provider text not null,
        run_number numeric,
        run_started_at timestamptz,
        accepted_at timestamptz not null,
        scanned_at timestamptz not null,
        primary key (subject_id, tool)
      );
      create index subject_scans_sbom_idx on subject_scans (sbom_id) where sbom_id is not null;

      -- A lagging copy of case-engine's, to show what is excluded. Case-engine decides, never this.
      create table exceptions (
        tenant text not null,
        id uuid primary key,
        what text,
        target_id text,
        group_id uuid,
        scope text,
        provider text,
        org text,
        repo text,
        image text,
        purl text,
        expires_at timestamptz,
        ended boolean not null default false
      );
      create index exceptions_tenant_idx on exceptions (tenant);

      create table findings (
        id uuid primary key,
        tenant text not null,
        subject_id uuid not null,
        tool text not null,
        key text not null,
        finding_id uuid not null,
        place text not null,
        kind text not null,
        group_id uuid,
        vulnerability_id text not null,
        severity_rank smallint not null,
        kev boolean not null,
        epss real,
        purl text,
        body jsonb not null,
        content text not null,
        known_from timestamptz not null,
        known_until timestamptz,
        first_seen_at timestamptz not null
      );
      create unique index findings_open_idx on findings (subject_id, tool, key) where known_until is null;
      create index findings_history_idx on findings (subject_id, key);
      create index findings_worst_idx on findings (tenant, severity_rank, finding_id);
      create index findings_identity_idx on findings (tenant, finding_id);
      create index findings_group_idx on findings (group_id) where group_id is not null;
      create index findings_purl_idx on findings (tenant, purl collate "C") where purl is not null;
      create index findings_subject_idx on findings (subject_id, severity_rank, finding_id);
    `);
    for (const table of tenantTables) await runner.query(isolateTenants(table, roles));
    for (const table of globalTables) {
      await runner.query(`revoke insert, update, delete on ${table} from ${roles.runtime}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${[...tenantTables, ...globalTables].join(', ')} cascade`);
  }
}

import type { BenchmarkProfileType } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { preloadedProfiles } from './preloaded-profiles.js';

/** What can be run on hosts, as results and scans name it. */
export interface Profile {
  readonly id: Uuid;
  readonly name: string;
  readonly type: BenchmarkProfileType;
}

/** A profile as a document names it, with what the document says of it. */
export interface NamedProfile {
  readonly name: string;
  readonly type: BenchmarkProfileType;
  readonly description: string | null;
  readonly osFamily: string | null;
}

/** A profile as it is shown. */
export interface ProfileView extends Profile {
  readonly osFamily: string | null;
  readonly version: string | null;
  readonly description: string | null;
  readonly preloaded: boolean;
  readonly rules: number;
  /** Hosts that have a completed scan of it. */
  readonly hosts: number;
  readonly createdAt: Date;
}

const byNames = `
  select id, name, type from benchmark_profiles where tenant = $1 and name = any($2::text[])`;

/** Profiles of the transaction's tenant. What is there is never renamed or retyped by what hosts send. */
export class ProfilesStore {
  /** The profiles of these names; those that are not there yet are made, with the type that comes first. */
  async ensure(tx: Transaction, wanted: readonly NamedProfile[]): Promise<Map<string, Profile>> {
    const names = [...new Set(wanted.map(({ name }) => name))].toSorted();
    const known = await this.byNames(tx, names);
    const missing = names.filter((name) => !known.has(name));
    if (missing.length === 0) return known;
    await this.preload(tx);
    const first = missing.map((name) => wanted.find((profile) => profile.name === name)!);
    await tx.query(
      `insert into benchmark_profiles (tenant, id, name, type, os_family, description, created_at, updated_at)
       select $1, id, name, type, os_family, description, $2, $2
         from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
           as wanted (id, name, type, os_family, description)
       on conflict (tenant, name) do nothing`,
      [
        tx.tenant,
        tx.now,
        first.map(() => newId(tx.now.getTime())),
        missing,
        first.map(({ type }) => type),
        first.map(({ osFamily }) => osFamily),
        first.map(({ description }) => description),
      ],
    );
    return this.byNames(tx, names);
  }

  /** Gives the tenant the profiles that every tenant has. Does no harm twice. */
  async preload(tx: Transaction): Promise<void> {
    await tx.query(
      `insert into benchmark_profiles (tenant, id, name, type, os_family, version, description, preloaded, created_at, updated_at)
       select $1, id, name, type, os_family, version, description, true, $2, $2
         from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
           as wanted (id, name, type, os_family, version, description)
        where not exists (select 1 from benchmark_profiles known where known.tenant = $1 and known.name = wanted.name)
        order by name
       on conflict (tenant, name) do nothing`,
      [
        tx.tenant,
        tx.now,
        preloadedProfiles.map(() => newId(tx.now.getTime())),
        preloadedProfiles.map(({ name }) => name),
        preloadedProfiles.map(({ type }) => type),
        preloadedProfiles.map(({ osFamily }) => osFamily),
        preloadedProfiles.map(({ version }) => version),
        preloadedProfiles.map(({ description }) => description),
      ],
    );
  }

  /** All of them by name, one page. */
  async list(tx: Transaction, limit: number, after: string | null): Promise<ProfileView[]> {
    await this.preload(tx);
    return tx.query<ProfileView>(
      `select p.id, p.name, p.type, p.os_family as "osFamily", p.version, p.description, p.preloaded,
              p.created_at as "createdAt",
              (select count(*)::int from benchmark_rules r where r.tenant = p.tenant and r.profile_id = p.id) as rules,
              (select count(*)::int from benchmark_latest l where l.tenant = p.tenant and l.profile_id = p.id) as hosts
         from benchmark_profiles p
        where p.tenant = $1 and ($2::text is null or p.name > $2)
        order by p.name limit $3`,
      [tx.tenant, after, limit],
    );
  }

  private async byNames(tx: Transaction, names: readonly string[]): Promise<Map<string, Profile>> {
    const rows = await tx.query<Profile>(byNames, [tx.tenant, names]);
    return new Map(rows.map((profile) => [profile.name, profile]));
  }
}

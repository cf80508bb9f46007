import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ProfilesStore } from '../benchmarks/profiles.store.js';
import { limits } from '../limits.js';
import type { Row } from './host-scans.read-model.js';

/** Profiles as PatchMon's pages show them. */
@Injectable()
export class PatchMonProfiles {
  constructor(private readonly profiles: ProfilesStore) {}

  /** By name, those that every tenant has from the start included. */
  async list(tx: Transaction): Promise<Row[]> {
    await this.profiles.preload(tx);
    return tx.query(
      `select p.id, p.name, p.type, p.os_family, p.version, p.description, p.created_at, p.updated_at,
              jsonb_build_object(
                'compliance_rules', (select count(*) from benchmark_rules r where r.tenant = p.tenant and r.profile_id = p.id),
                'compliance_scans', (select count(*) from benchmark_scans s where s.tenant = p.tenant and s.profile_id = p.id)
              ) as _count
         from benchmark_profiles p where p.tenant = $1 order by p.name limit ${limits.profilesShown}`,
      [tx.tenant],
    );
  }
}

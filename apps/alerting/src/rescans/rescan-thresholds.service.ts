import { type DataOf, runRescannedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { derivedId } from '../alerts/derived-id.js';
import { repositoryOf } from '../alerts/repository-of.js';
import { ChangeConfiguration } from '../rules/change-configuration.service.js';
import { defaultThresholds, type RescanThresholds } from './rescan-threshold.js';
import { RescanThresholdsStore, type StoredThresholds } from './rescan-thresholds.store.js';

/** The thresholds that count somewhere, and whose they are. */
export interface EffectiveThresholds extends RescanThresholds {
  readonly from: 'repository' | 'tenant' | 'default';
}

/** From when on rescans alert: a repository's own setting, else the tenant's, else the default. */
@Injectable()
export class RescanThresholdSettings {
  constructor(
    private readonly transactions: Transactions,
    private readonly configuration: ChangeConfiguration,
    private readonly store: RescanThresholdsStore,
  ) {}

  /** @param repository `org/repo`; empty for the tenant's own */
  async read({ tenant }: Principal, repository: string): Promise<EffectiveThresholds> {
    return this.transactions.run(tenant, async (tx) => effective(await this.store.of(tx, [repository]), repository));
  }

  async save(caller: Principal, thresholds: StoredThresholds): Promise<void> {
    await this.change(caller, thresholds.repository, 'updated', (tx) => this.store.save(tx, thresholds));
  }

  async remove(caller: Principal, repository: string): Promise<void> {
    await this.change(caller, repository, 'removed', (tx) => this.store.remove(tx, repository));
  }

  /** The thresholds of each of these rescans, by one statement. */
  async of(tx: Transaction, rescans: readonly DataOf<typeof runRescannedV1>[]): Promise<RescanThresholds[]> {
    const names = rescans.map(({ subject }) => (subject === null ? '' : (repositoryOf(subject) ?? '')));
    const settings = await this.store.of(tx, names);
    return names.map((name) => effective(settings, name));
  }

  private async change(
    caller: Principal,
    repository: string,
    change: 'updated' | 'removed',
    work: (tx: Transaction) => Promise<unknown>,
  ): Promise<void> {
    const named = { id: derivedId('rescan-thresholds', caller.tenant, repository), name: repository };
    await this.configuration.execute(caller, {
      what: 'rescan-thresholds',
      change,
      work: async (tx) => {
        await work(tx);
        return named;
      },
    });
  }
}

function effective(settings: ReadonlyMap<string, StoredThresholds>, repository: string): EffectiveThresholds {
  const own = repository === '' ? undefined : settings.get(repository);
  const found = own ?? settings.get('');
  if (found === undefined) return { ...defaultThresholds, from: 'default' };
  return { vulnerabilities: found.vulnerabilities, kev: found.kev, from: own === undefined ? 'tenant' : 'repository' };
}

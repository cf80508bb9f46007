import { isUuid, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Host } from '../hosts/host.js';
import { type ScannedHost, scannedHostOf } from './scan-request.js';

/** Reads what commands have to know of a host beside its settings. */
export class ScannedHostsStore {
  async of(tx: Transaction, host: Host): Promise<ScannedHost> {
    const [row] = await tx.query<{ osInfo: unknown; scannerInfo: unknown }>(
      'select os_info as "osInfo", scanner_info as "scannerInfo" from hosts where tenant = $1 and id = $2',
      [tx.tenant, host.id],
    );
    return scannedHostOf(host, row?.osInfo ?? null, row?.scannerInfo ?? null);
  }

  /** The rule as agents know it: people may name it by our id. Null for an id of ours that is none. */
  async ruleRef(tx: Transaction, ruleId: string): Promise<string | null> {
    if (!isUuid(ruleId)) return ruleId;
    const [rule] = await tx.query<{ ruleRef: Uuid }>(
      'select rule_ref as "ruleRef" from benchmark_rules where tenant = $1 and id = $2',
      [tx.tenant, ruleId],
    );
    return rule?.ruleRef ?? null;
  }
}

import { BulkJob, type BulkSlice, type SliceResult, Ticker } from '@assay/jobs';
import type { TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { hostRefOf } from '../hosts/host.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { limits } from '../limits.js';
import { StartedScans } from './started-scans.service.js';
import { StartedScansStore } from './started-scans.store.js';

/** The job behind the route that people call. */
export const endStaleScansJob = 'compliance-end-stale-scans';

/** What a scan says that did not come back. No client reads it. */
const staleError = 'Ended by the server: no result came for more than three hours';

/** Ends scans of which nothing was heard for three hours: one process looks every few minutes, and people may ask at any time. */
@Injectable()
export class EndStaleScans {
  constructor(
    private readonly store: StartedScansStore,
    private readonly started: StartedScans,
    private readonly hosts: HostsStore,
  ) {}

  @Ticker({ name: 'end-stale-scans', everyMs: limits.staleScansEveryMs })
  async tick(tx: Transaction): Promise<void> {
    await this.slice(tx, null);
  }

  @BulkJob({ name: endStaleScansJob })
  async onSlice({ tx }: BulkSlice<object, null>): Promise<SliceResult<null>> {
    const done = await this.slice(tx, tx.tenant);
    return { cursor: null, done, finished: done < limits.staleScansSlice };
  }

  private async slice(tx: Transaction, tenant: TenantSlug | null): Promise<number> {
    const until = new Date(tx.now.getTime() - limits.staleScanMs);
    const stale = await this.store.startedBefore(tx, until, limits.staleScansSlice, tenant);
    if (stale.length === 0) return 0;
    const hosts = new Map((await this.hosts.acrossTenants(tx, stale)).map((host) => [host.id, hostRefOf(host)]));
    const known = stale.flatMap((scan) => {
      const host = hosts.get(scan.hostId);
      return host === undefined ? [] : [{ scan, host, tenant: scan.tenant }];
    });
    await this.started.failAll(tx, known, staleError);
    const lost = stale.filter(({ hostId }) => !hosts.has(hostId)).map(({ id }) => id);
    if (lost.length > 0) await this.store.remove(tx, lost);
    return stale.length;
  }
}

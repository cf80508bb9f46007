import { benchmarkCompletedV1, type DataOf, type HostRef, subjectKey } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { eventText, ruleListOf } from './benchmark-events.js';
import type { Profile } from './profiles.store.js';
import { ScanChangesStore } from './scan-changes.store.js';

type Completed = DataOf<typeof benchmarkCompletedV1>;

/** A scan that was recorded, as far as its event does not come from the tables. */
export interface RecordedScan extends Pick<
  Completed,
  'scanId' | 'receiptId' | 'commandId' | 'status' | 'error' | 'isLatest' | 'counts' | 'score' | 'xccdfScore' | 'claimed'
> {
  readonly host: HostRef;
  readonly profile: Profile;
  readonly startedAt: Date;
  readonly completedAt: Date;
  readonly effectiveScore: number | null;
}

/** Says of a scan that it was recorded, with what differs from the one before. */
@Injectable()
export class TellScans {
  constructor(private readonly changes: ScanChangesStore) {}

  /** `tenant` for a transaction across tenants. */
  async execute(tx: Transaction, scan: RecordedScan, tenant: TenantSlug = tx.tenant): Promise<void> {
    const { startedAt, completedAt, error, ...rest } = scan;
    const { previousScore, lists } = await this.compare(tx, scan);
    tx.publish(
      benchmarkCompletedV1,
      {
        ...rest,
        error: eventText(error),
        startedAt: startedAt.toISOString(),
        completedAt: completedAt.toISOString(),
        previousScore,
        ...lists,
      },
      { tenant, subject: subjectKey({ kind: 'host', hostId: scan.host.hostId }) },
    );
  }

  private async compare(
    tx: Transaction,
    { status, scanId }: RecordedScan,
  ): Promise<{
    previousScore: number | null;
    lists: Pick<Completed, 'failing' | 'newlyFailing' | 'recovered'>;
  }> {
    const none = { count: 0, rules: [] };
    if (status === 'failed')
      return { previousScore: null, lists: { failing: none, newlyFailing: none, recovered: none } };
    const before = await this.changes.before(tx, scanId);
    const kinds = ['failing', 'newlyFailing', 'recovered'] as const;
    const changed = await this.changes.within(tx, before?.id ?? null, scanId, kinds, limits.eventRules);
    return {
      previousScore: before?.effectiveScore ?? null,
      lists: {
        failing: ruleListOf(changed, 'failing'),
        newlyFailing: ruleListOf(changed, 'newlyFailing'),
        recovered: ruleListOf(changed, 'recovered'),
      },
    };
  }
}

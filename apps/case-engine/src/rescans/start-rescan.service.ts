import type { Actor } from '@assay/identity';
import { BulkJobs } from '@assay/jobs';
import { newId, type TenantSlug, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { MonitoredRunsStore } from './monitored-runs.store.js';
import type { Rescan } from './rescan.js';
import { RescanPeers } from './rescan-peers.client.js';
import { RescanPoliciesStore } from './rescan-policies.store.js';
import { RescansStore } from './rescans.store.js';

/** The bulk job whose slices work through a rescan. */
export const rescanJobName = 'case-engine-rescan';

/** What the slices of a rescan know. */
export interface RescanJobInput {
  readonly rescanId: Uuid;
}

/** Lists and policies, of which a rescan is made. */
@Injectable()
export class RescanLists {
  constructor(
    readonly rescans: RescansStore,
    readonly monitored: MonitoredRunsStore,
    readonly policies: RescanPoliciesStore,
  ) {}
}

/** Begins a rescan: lists what is monitored, and starts jobs that work through the list, in whichever replicas have time. */
@Injectable()
export class StartRescan {
  constructor(
    private readonly transactions: Transactions,
    private readonly bulkJobs: BulkJobs,
    private readonly lists: RescanLists,
    private readonly peers: RescanPeers,
  ) {}

  async execute(
    { tenant, actor }: { readonly tenant: TenantSlug; readonly actor: Actor },
    { refreshFeeds, ...wanted }: Pick<Rescan, 'scope' | 'trigger'> & { readonly refreshFeeds: boolean },
  ): Promise<Rescan> {
    const feeds = await this.peers.feedsIfKnown(tenant);
    return this.transactions.run({ tenant, actor, lane: 'bulk' }, async (tx) => {
      const { rescans, monitored, policies } = this.lists;
      const id = newId(tx.now.getTime());
      const refresh = refreshFeeds ? ({ state: 'waiting', message: null } as const) : null;
      await rescans.add(tx, { id, feeds, refresh, ...wanted });
      const total = await monitored.enlist(tx, { id, ...wanted }, await policies.all(tx));
      const lanes = Math.min(limits.rescanLanes, Math.ceil(total / limits.rescanSliceRuns));
      const jobs: Uuid[] = [];
      const input: RescanJobInput = { rescanId: id };
      while (jobs.length < lanes) jobs.push(await this.bulkJobs.start(tx, { name: rescanJobName, input }));
      await rescans.begin(tx, id, total, jobs);
      return (await rescans.find(tx, id))!;
    });
  }
}

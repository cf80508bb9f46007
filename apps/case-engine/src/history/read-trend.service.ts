import { mayActOnRepository, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { RunFilter } from '../runs/read-runs.store.js';
import { TeamFilter } from '../teams/team-filter.service.js';
import { type Bucket, trendOf, type TrendPoint } from './trend.js';
import { TrendStore } from './trend.store.js';

/** A trend, and whether it is of all the runs that were asked for or of the last ones only. */
export interface Trend {
  readonly points: readonly TrendPoint[];
  readonly truncated: boolean;
}

/** How the counts of what a caller may see went. */
@Injectable()
export class ReadTrend {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: TrendStore,
    private readonly teams: TeamFilter,
  ) {}

  async execute(
    caller: Principal,
    { team, ...filter }: RunFilter & { readonly team?: string },
    bucket: Bucket,
  ): Promise<Trend> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const narrowed = { ...filter, ...(await this.teams.repositoriesOf(tx, team)) };
      const found = await this.store.runs(tx, narrowed);
      const runs = found.filter(({ org, repo }) => mayActOnRepository(caller, org, repo));
      const earliest = runs.at(-1);
      const base = earliest === undefined ? [] : await this.store.standingBefore(tx, runs, earliest.id);
      const points = trendOf(runs, bucket, base);
      const truncated = found.length === limits.trendRuns || points.length > limits.trendPoints;
      return { points: points.slice(-limits.trendPoints), truncated };
    });
  }
}

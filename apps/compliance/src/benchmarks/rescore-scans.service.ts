import { benchmarkRescoredV1, subjectKey } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { hostRefOf } from '../hosts/host.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { limits } from '../limits.js';
import { fitting } from './benchmark-events.js';
import { effectiveScore } from './effective-score.js';
import { EffectiveScoresStore, type ScoredScan } from './effective-scores.store.js';
import { OpenResultsStore, type OpenRule } from './open-results.store.js';
import { ScansStore } from './scans.store.js';
import { type Concerned, type FlippedResult, WaiversStore } from './waivers.store.js';

/** Holds latest scans against the waivers of this moment, and says what changed. */
@Injectable()
export class RescoreScans {
  constructor(
    private readonly waivers: WaiversStore,
    private readonly scans: ScansStore,
    private readonly scores: EffectiveScoresStore,
    private readonly open: OpenResultsStore,
    private readonly hosts: HostsStore,
  ) {}

  /** Does one slice of hosts. Gives how many it did; fewer than a slice means that all is as the waivers say. */
  async slice(tx: Transaction, concerned: Concerned): Promise<number> {
    const hostIds = await this.waivers.concernedHosts(tx, concerned, limits.rescoreHosts);
    if (hostIds.length === 0) return 0;
    // Before hosts, as whoever records does: both change totals of rules of several profiles, in orders of their own.
    await this.waivers.lockForChange(tx);
    await this.scans.lockHosts(tx, hostIds);
    const flipped = await this.waivers.flip(tx, concerned, hostIds);
    const pairs = [...Map.groupBy(flipped, pairOf).values()].map(([first]) => first!);
    const scored = await this.scores.ofLatest(
      tx,
      pairs.map(({ hostId }) => hostId),
      pairs.map(({ profileId }) => profileId),
    );
    await this.scores.save(
      tx,
      scored.map((scan) => ({ ...scan, score: effectiveScore(scan) })),
    );
    await this.tell(tx, scored, flipped);
    return hostIds.length;
  }

  private async tell(tx: Transaction, scored: readonly ScoredScan[], flipped: readonly FlippedResult[]): Promise<void> {
    const hosts = await this.hosts.byIds(tx, [...new Set(scored.map(({ hostId }) => hostId))]);
    const refs = new Map(hosts.map((host) => [host.id, hostRefOf(host)]));
    const failing = Map.groupBy(await this.open.failing(tx, scored, limits.eventRules), pairOf);
    const rules = await this.open.rules(tx, [...new Set(flipped.map(({ key }) => key))]);
    const changed = Map.groupBy(flipped, pairOf);
    for (const scan of scored) {
      const host = refs.get(scan.hostId);
      if (host === undefined) continue;
      const { scanId, profileId, profileName: name, type, score, effectiveScore: previousScore } = scan;
      const list = (waived: boolean) =>
        listOf(
          (changed.get(pairOf(scan)) ?? []).flatMap((result) => {
            const rule = result.status === 'fail' && result.waived === waived ? rules.get(result.key) : undefined;
            return rule === undefined ? [] : [rule];
          }),
        );
      const fails = failing.get(pairOf(scan)) ?? [];
      tx.publish(
        benchmarkRescoredV1,
        {
          scanId,
          host,
          profile: { id: profileId, name, type },
          score,
          effectiveScore: effectiveScore(scan),
          previousScore,
          failing: { count: fails[0]?.count ?? 0, rules: fitting(fails) },
          newlyFailing: list(false),
          waived: list(true),
        },
        { subject: subjectKey({ kind: 'host', hostId: host.hostId }) },
      );
    }
  }
}

function pairOf({ hostId, profileId }: { readonly hostId: Uuid; readonly profileId: Uuid }): string {
  return `${hostId} ${profileId}`;
}

function listOf(rules: readonly OpenRule[]): { count: number; rules: ReturnType<typeof fitting> } {
  return { count: rules.length, rules: fitting(rules) };
}

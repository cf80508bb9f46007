import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { effectiveScore } from './effective-score.js';
import { EffectiveScoresStore } from './effective-scores.store.js';
import { type LatestScan, LatestScansStore } from './latest-scans.store.js';
import type { RuleKey } from './rules.store.js';
import { WaiversStore } from './waivers.store.js';

/**
 * Makes the newest completed scan of a host and profile the latest, with everything that hosts' pages and the dashboard
 * show of it. Whoever adds, moves or removes scans calls this in the same transaction, with the host locked.
 */
@Injectable()
export class SettleLatest {
  constructor(
    private readonly latest: LatestScansStore,
    private readonly waivers: WaiversStore,
    private readonly scores: EffectiveScoresStore,
  ) {}

  async execute(tx: Transaction, hostId: Uuid, profileId: Uuid): Promise<LatestScan> {
    const scan = await this.latest.find(tx, hostId, profileId);
    if (scan.was === scan.is) return scan;
    const waived = scan.is === null ? [] : await this.score(tx, hostId, profileId, scan.is);
    await this.latest.move(tx, hostId, profileId, scan, waived);
    return scan;
  }

  /** Gives a scan its effective score, by the waivers of this moment. Gives the keys of the rules that are waived. */
  async score(tx: Transaction, hostId: Uuid, profileId: Uuid, scanId: Uuid): Promise<RuleKey[]> {
    const waived = (await this.waivers.waivedResults(tx, hostId, profileId, scanId)).map(({ key }) => key);
    if (waived.length === 0) {
      await this.scores.clear(tx, scanId);
      return waived;
    }
    const scored = await this.scores.ofScan(tx, scanId, waived);
    await this.scores.save(tx, [{ ...scored, score: effectiveScore(scored), waivedKeys: waived }]);
    return waived;
  }
}

import { hostSilentV1 } from '@assay/contracts';
import { Ticker } from '@assay/jobs';
import type { Transaction } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { hostRefOf } from './host.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HostsStore } from './hosts.store.js';
import { isCurrent } from './horizon.js';
import { SilenceStore } from './silence.store.js';

/** Says once of each host that it has fallen silent. */
@Injectable()
export class JudgeSilence {
  constructor(
    private readonly silence: SilenceStore,
    private readonly hosts: HostsStore,
    @Inject(HOST_SETTINGS) private readonly settings: HostSettings,
  ) {}

  @Ticker({ name: 'judge-silence', everyMs: limits.silenceEveryMs })
  async judge(tx: Transaction): Promise<void> {
    const horizon = await this.silence.horizon(tx);
    if (horizon === null || !isCurrent(horizon.at, tx.now)) return;
    // What a process held that was killed is heard of again half a minute later, through another.
    const at = new Date(horizon.at.getTime() - limits.silenceMarginMs);
    const lapsed = await this.silence.judge(
      tx,
      { ...horizon, at },
      this.settings.silentAfterMinutes,
      limits.silenceSlice,
    );
    if (lapsed.length === 0) return;
    const byId = new Map((await this.hosts.acrossTenants(tx, lapsed)).map((host) => [host.id, host]));
    for (const { tenant, hostId, lastSeenAt, silentAfterSeconds } of lapsed) {
      const host = byId.get(hostId);
      if (host === undefined) continue;
      const data = { host: hostRefOf(host), lastSeenAt: lastSeenAt.toISOString(), silentAfterSeconds };
      tx.publish(hostSilentV1, data, { tenant, subject: hostId, lane: 'interactive' });
    }
  }
}

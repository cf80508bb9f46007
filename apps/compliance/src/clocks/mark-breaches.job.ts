import { slaBreachedV1, subjectKey, subjectOfKey } from '@assay/contracts';
import { Ticker } from '@assay/jobs';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { clockOfSubject } from './clock-events.js';
import { ClocksStore } from './clocks.store.js';

/** Finds clocks that ran out and says so, once for each. */
@Injectable()
export class MarkBreaches {
  constructor(private readonly clocks: ClocksStore) {}

  @Ticker({ name: 'mark-sla-breaches', everyMs: limits.breachEveryMs })
  async mark(tx: Transaction): Promise<void> {
    for (const { tenant, clock } of await this.clocks.markBreached(tx)) {
      const subject = subjectOfKey(clock.subjectKey);
      const data = { ...clockOfSubject({ clock, dueAt: clock.dueAt! }), subject };
      tx.publish(slaBreachedV1, data, { tenant, subject: subjectKey(subject), lane: 'bulk' });
    }
  }
}

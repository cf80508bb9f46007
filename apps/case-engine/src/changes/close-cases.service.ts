import type { ClosedAs } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, close, nextMoment } from '../cases/case.js';
import { PublishJudgement } from '../cases/publish-judgement.service.js';
import { ChangesStore } from './changes.store.js';

/** Closes cases whose lock the caller holds: nothing of them counts any more, their findings end and their clocks stop. */
@Injectable()
export class CloseCases {
  constructor(
    private readonly changes: ChangesStore,
    private readonly publish: PublishJudgement,
  ) {}

  /** @param since when the change ended, or when it was last heard of */
  async execute(
    tx: Transaction,
    open: readonly { readonly case: Case; readonly as: ClosedAs; readonly since: Date }[],
  ): Promise<void> {
    if (open.length === 0) return;
    const closed = open.map(({ case: kase, as, since }) => ({
      case: close(kase, as, nextMoment(kase.judgedAt, tx.now)),
      since,
    }));
    const ended = await this.changes.endFindings(
      tx,
      closed.map((each) => each.case),
    );
    await this.changes.saveClosed(tx, closed);
    for (const { case: kase } of closed) {
      const { newestRun, commitSha, runUrl, counts, closedAs } = kase;
      await this.publish.execute(tx, {
        because: 'run',
        case: kase,
        run: { id: newestRun, commitSha, runUrl },
        receiptId: null,
        counts,
        opened: [],
        excepted: [],
        resolved: ended.get(kase.id) ?? [],
        closedAs,
      });
    }
  }
}

import { type Lane, type Progress, receiptProgressedV1, type ServiceName, type Stage } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import { limits } from './limits.js';
import { type OutboxRow, toOutboxRow } from './outbox-row.js';

/** The end of a stage, with what its event needs beside it. */
export interface EndedStage {
  readonly progress: Progress;
  readonly tenant: string;
  readonly lane: Lane;
  readonly actor: string;
  readonly causationId: Uuid | null | undefined;
  readonly traceparent: string | null;
}

/**
 * The `receipt.progressed` events of one transaction: one per tenant, lane and stage, because a batch of documents would
 * otherwise cost as many of them as it has documents. The envelope's receipt, cause and trace are those of the first.
 */
export function progressRows(publisher: ServiceName, ended: readonly EndedStage[], now: Date): OutboxRow[] {
  const groups = Map.groupBy(
    ended,
    ({ tenant, lane, progress }) => `${tenant} ${lane} ${progress.stage satisfies Stage}`,
  );
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / limits.progressPerEvent) }, (_, page) =>
      rowOf(publisher, group.slice(page * limits.progressPerEvent, (page + 1) * limits.progressPerEvent), now),
    ),
  );
}

function rowOf(publisher: ServiceName, group: readonly EndedStage[], now: Date): OutboxRow {
  const [first, ...rest] = group;
  if (first === undefined) throw new TypeError('a group of progress has a member');
  const also = rest.map(({ progress: { receiptId, at, durationMs } }) => ({ receiptId, at, durationMs }));
  return toOutboxRow({
    contract: receiptProgressedV1,
    data: also.length === 0 ? first.progress : { ...first.progress, also },
    publisher,
    tenant: first.tenant,
    time: now,
    lane: first.lane,
    actor: first.actor,
    subject: first.progress.receiptId,
    correlationId: first.progress.receiptId,
    causationId: first.causationId ?? null,
    traceparent: first.traceparent,
  });
}

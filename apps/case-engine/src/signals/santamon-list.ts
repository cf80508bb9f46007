import { statusOf } from './signal.js';
import type { SignalPage } from './read-signals.service.js';
import type { SignalWithContext } from './read-signals.store.js';

/**
 * The JSON of Santamon's list (`wire/santamon.md` §3.1), in one piece: a page has an end, and a stream costs more than most
 * pages. Contexts are the JSON text that is kept and are not parsed. `received_at` says that it is UTC: without that,
 * browsers took it for their own time.
 */
export function santamonList({ rows, nextCursor }: SignalPage<SignalWithContext>): Buffer {
  const entries = rows.map(entryOf).join(',');
  return Buffer.from(`{"count":${rows.length},"signals":[${entries}],"next_cursor":${JSON.stringify(nextCursor)}}`);
}

function entryOf(record: SignalWithContext): string {
  const fields = {
    signal_id: record.signal_id,
    ts: record.ts,
    host_id: record.host_id,
    rule_id: record.rule_id,
    rule_description: record.rule_description,
    status: statusOf(record.status),
    severity: record.severity,
    title: record.title,
    tags: record.tags,
    received_at: record.received_at.toISOString(),
  };
  return `${JSON.stringify(fields).slice(0, -1)},"context":${record.context ?? '{}'}}`;
}

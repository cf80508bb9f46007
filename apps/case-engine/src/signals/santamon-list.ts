import { statusOf } from './signal.js';
import type { SignalPage } from './read-signals.service.js';
import type { SignalWithContext } from './read-signals.store.js';

/** Entries whose JSON is handed on at once: a chunk for each would cost more than it weighs. */
const perChunk = 50;

/**
 * The JSON of Santamon's list (`wire/santamon.md` §3.1) in pieces. Contexts are the JSON text that is kept and are not
 * parsed. `received_at` says that it is UTC: without that, browsers took it for their own time.
 */
export function* santamonList({ rows, nextCursor }: SignalPage<SignalWithContext>): Generator<string> {
  yield `{"count":${rows.length},"signals":[`;
  for (let first = 0; first < rows.length; first += perChunk) {
    const chunk = rows
      .slice(first, first + perChunk)
      .map(entryOf)
      .join(',');
    yield first === 0 ? chunk : `,${chunk}`;
  }
  yield `],"next_cursor":${JSON.stringify(nextCursor)}}`;
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

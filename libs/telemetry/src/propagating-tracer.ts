import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { randomFillSync } from 'node:crypto';
import { idPoolBytes } from './limits.js';

const traceIdBytes = 16;
const spanIdBytes = 8;
const pool = Buffer.allocUnsafe(idPoolBytes);
let used = idPoolBytes;

/** What `inSpan` needs of a tracer. */
export type SpanStarter = Pick<Tracer, 'startSpan'>;

/**
 * The tracer of a process that exports nothing. Its spans record nothing, but each has an id of its own within its
 * parent's trace, so logs, envelopes and outgoing requests still tell one story. The parent's sampling flag is handed
 * on, so that a process further down that does export keeps what its caller sampled; a trace begun here is not sampled.
 *
 * The SDK with its `AlwaysOff` sampler would do the same: 2.5 µs for a message received, handled and sent on instead of
 * 2.0 µs, but also 27 MB and 250 ms at start in every process of those who have no collector (measured, Node 24).
 */
export const propagatingTracer: SpanStarter = { startSpan };

function startSpan(_name: string, options?: SpanOptions, parentContext: Context = context.active()): Span {
  const parent = options?.root ? undefined : trace.getSpanContext(parentContext);
  const inherited = parent && isSpanContextValid(parent) ? parent : undefined;
  return trace.wrapSpanContext({
    traceId: inherited?.traceId ?? randomHex(traceIdBytes),
    spanId: randomHex(spanIdBytes),
    traceFlags: inherited?.traceFlags ?? TraceFlags.NONE,
    ...(inherited?.traceState && { traceState: inherited.traceState }),
  });
}

/** Random lower-case hexadecimal digits. All zeros would be an invalid id (W3C Trace Context §3.2.2.3), so not that. */
function randomHex(bytes: number): string {
  if (used + bytes > idPoolBytes) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /[^0]/.test(hex) ? hex : randomHex(bytes);
}

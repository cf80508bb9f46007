import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { propagatingTracer, type SpanStarter } from './propagating-tracer.js';
import { ensurePropagation } from './propagation.js';

let tracer: SpanStarter = propagatingTracer;

/** Sends the spans of `inSpan` to another tracer: the SDK's while it exports. */
export function useTracer(next: SpanStarter): void {
  tracer = next;
}

/**
 * Runs `fn` in a span of its own, child of the active one. A failure marks the span and is thrown on.
 * Attribute names follow OpenTelemetry's semantic conventions, or start with `assay.`.
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => T | Promise<T>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  ensurePropagation();
  const parent = context.active();
  const span = tracer.startSpan(name, { attributes, kind }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), fn, undefined, span);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    span.recordException(error instanceof Error ? error : message);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}

import { context, isSpanContextValid, propagation, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseTraceParent, W3CTraceContextPropagator } from '@opentelemetry/core';
import { propagatingTracer } from './propagating-tracer.js';

let registered = false;

/**
 * Makes OpenTelemetry's API carry context through promises and in W3C headers. Happens by itself at first use, because
 * a library under test has nobody who starts telemetry for it.
 */
export function ensurePropagation(): void {
  if (registered) return;
  registered = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
}

/** Clears the way for an SDK that registers a context manager and a propagator of its own. */
export function yieldPropagation(): void {
  if (registered) {
    context.disable();
    propagation.disable();
  }
  registered = true;
}

/** Takes propagation back when the SDK has ended. */
export function resumePropagation(): void {
  yieldPropagation();
  trace.disable();
  registered = false;
  ensurePropagation();
}

/**
 * The active span as a `traceparent` (W3C Trace Context §3.2: `00-<32 hex>-<16 hex>-<2 hex>`), for envelopes and
 * outgoing requests. Outside of any span each call names the root of a new trace, so the result is always valid.
 */
export function currentTraceparent(): string {
  ensurePropagation();
  const active = trace.getSpanContext(context.active());
  return format(active && isSpanContextValid(active) ? active : propagatingTracer.startSpan('').spanContext());
}

/**
 * Runs `fn` as a part of the trace that `traceparent` names. Without one, or with a malformed one, `fn` belongs to no
 * trace and its first span begins a new one: the trace of whoever happens to run a consumer's loop is never inherited.
 */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  ensurePropagation();
  const remote = traceparent === undefined ? null : parseTraceParent(traceparent);
  if (!remote) return context.with(ROOT_CONTEXT, fn);
  remote.isRemote = true;
  return context.with(trace.setSpanContext(ROOT_CONTEXT, remote), fn);
}

function format({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

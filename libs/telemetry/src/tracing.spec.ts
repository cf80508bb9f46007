import { context, propagation, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { propagatingTracer } from './propagating-tracer.js';
import { currentTraceparent, inSpan, startTelemetry, withTraceparent } from './index.js';

const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/;
const remote = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const traceIdOf = (traceparent: string): string => traceparent.split('-')[1]!;
const spanIdOf = (traceparent: string): string => traceparent.split('-')[2]!;

describe('without a collector', () => {
  it('a trace goes round: out of a span, through an envelope, into the next span', async () => {
    const sent = await inSpan('publish', {}, () => currentTraceparent());
    const received = await withTraceparent(sent, () => inSpan('consume', {}, () => currentTraceparent()));
    expect(sent).toMatch(wellFormed);
    expect(received).toMatch(wellFormed);
    expect(traceIdOf(received)).toBe(traceIdOf(sent));
    expect(spanIdOf(received)).not.toBe(spanIdOf(sent));
  });

  it('a span inside a span belongs to the same trace, also after an await', async () => {
    const [outer, inner] = await inSpan('outer', {}, async () => {
      const before = currentTraceparent();
      await new Promise((resolve) => setImmediate(resolve));
      return [before, await inSpan('inner', {}, async () => currentTraceparent())];
    });
    expect(traceIdOf(inner!)).toBe(traceIdOf(outer!));
    expect(spanIdOf(inner!)).not.toBe(spanIdOf(outer!));
  });

  it("the caller's sampling flag is handed on", async () => {
    expect(withTraceparent(remote, currentTraceparent)).toBe(remote);
    expect(await withTraceparent(remote, () => inSpan('consume', {}, () => currentTraceparent()))).toMatch(/-01$/);
  });

  it.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'a message with traceparent %j begins a trace of its own, whatever surrounds it',
    async (traceparent) => {
      const [outer, inner] = await inSpan('loop', {}, async () => [
        currentTraceparent(),
        await withTraceparent(traceparent, () => inSpan('consume', {}, () => currentTraceparent())),
      ]);
      expect(inner).toMatch(wellFormed);
      expect(traceIdOf(inner!)).not.toBe(traceIdOf(outer!));
    },
  );

  it('traces that run at the same time do not mix', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 50 }, () =>
        inSpan('request', {}, async () => {
          const before = currentTraceparent();
          await new Promise((resolve) => setTimeout(resolve, 1));
          return [before, currentTraceparent()];
        }),
      ),
    );
    for (const [before, after] of pairs) expect(after).toBe(before);
    expect(new Set(pairs.map(([before]) => before)).size).toBe(50);
  });

  it("OpenTelemetry's own API sees the span, so that a stranger's client can inject it", async () => {
    await inSpan('request', {}, () => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      expect(carrier['traceparent']).toBe(currentTraceparent());
      expect(trace.getActiveSpan()?.isRecording()).toBe(false);
    });
  });

  it('a failure is thrown on', async () => {
    const failure = new Error('no');
    await expect(inSpan('broken', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    await expect(
      inSpan('broken', {}, () => {
        throw failure;
      }),
    ).rejects.toBe(failure);
  });

  it('no span id comes twice, also across refills of the random pool', () => {
    const ids = Array.from({ length: 5_000 }, () => propagatingTracer.startSpan('').spanContext());
    expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(5_000);
    expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(5_000);
  });

  it('starts and stops without doing anything', async () => {
    const telemetry = await startTelemetry({ service: 'scanner', env: {} });
    expect(telemetry.exporting).toBe(false);
    await telemetry.shutdown();
  });

  it('exports nothing when the SDK is switched off', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' };
    expect((await startTelemetry({ service: 'scanner', env })).exporting).toBe(false);
  });
});

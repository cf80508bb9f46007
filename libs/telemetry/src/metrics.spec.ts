import { describe, expect, it } from 'vitest';
import { createMetrics, durationBucketsSeconds, flushTimeoutMs, idPoolBytes } from './index.js';

const linesOf = (text: string, name: string): string[] => text.split('\n').filter((line) => line.includes(name));

describe("a service's metrics", () => {
  it('are what Prometheus reads', async () => {
    const metrics = createMetrics('ingest-gateway');
    metrics.documentsAccepted.inc({ kind: 'sbom' }, 3);
    metrics.consumerLag.set({ durable: 'scanner-index' }, 7);
    const text = await metrics.text();
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(linesOf(text, 'assay_documents_accepted')).toEqual([
      '# HELP assay_documents_accepted_total Documents whose receipt is committed.',
      '# TYPE assay_documents_accepted_total counter',
      'assay_documents_accepted_total{kind="sbom",service="ingest-gateway"} 3',
    ]);
    expect(linesOf(text, 'assay_consumer_lag')).toEqual([
      '# HELP assay_consumer_lag_messages Messages that wait for a durable consumer, delivered but unacknowledged ones included.',
      '# TYPE assay_consumer_lag_messages gauge',
      'assay_consumer_lag_messages{durable="scanner-index",service="ingest-gateway"} 7',
    ]);
  });

  it('are well-formed line by line, each family whole and once', async () => {
    const metrics = createMetrics('scanner');
    metrics.handlerDuration.observe({ durable: 'scanner-index', outcome: 'done' }, 0.002);
    metrics.deadLetters.inc({ durable: 'with "quotes"\nand lines', kind: 'invalid' });
    const text = await metrics.text();
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.split('\n').filter((each) => each !== '')) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) \w+ .+|[a-zA-Z_:][\w:]*(\{(\w+="([^"\\\n]|\\.)*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|NaN|[+-]Inf))$/,
      );
    }
    const families = linesOf(text, '# TYPE').map((line) => line.split(' ')[2]);
    expect(new Set(families).size).toBe(families.length);
    expect(text).toContain('assay_handler_duration_seconds_bucket{le="+Inf",service="scanner",durable="scanner-index"');
  });

  it('belong to that service alone, those of the process to all', async () => {
    const [one, other] = [createMetrics('scanner'), createMetrics('signer')];
    one.outboxPublished.inc(5);
    expect(await other.text()).toContain('assay_outbox_published_total{service="signer"} 0');
    for (const metrics of [one, other]) {
      const text = await metrics.text();
      expect(linesOf(text, '# TYPE process_resident_memory_bytes')).toHaveLength(1);
      expect(linesOf(text, '# TYPE nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
    }
  });

  it('are read before each scrape, and a failure to read is counted', async () => {
    const metrics = createMetrics('scanner');
    let age = 0;
    metrics.beforeText(() => metrics.outboxOldestUnpublished.set((age += 1)));
    metrics.beforeText(() => Promise.reject(new Error('Postgres is gone')));
    await metrics.text();
    const text = await metrics.text();
    expect(text).toContain('assay_outbox_oldest_unpublished_seconds{service="scanner"} 2');
    expect(text).toContain('assay_metrics_collect_failures_total{service="scanner"} 2');
  });
});

describe('the limits of telemetry', () => {
  it('are what their reasons say', () => {
    expect({ durationBucketsSeconds, flushTimeoutMs, idPoolBytes }).toEqual({
      durationBucketsSeconds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
      flushTimeoutMs: 5_000,
      idPoolBytes: 8_192,
    });
  });
});

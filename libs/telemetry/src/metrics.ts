import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { durationBucketsSeconds } from './limits.js';
import { processMetricsText } from './process-metrics.js';

/** What a handler made of an event. */
export type HandlerOutcome = 'done' | 'duplicate' | 'retried' | 'dead-lettered' | 'held';

/** What became of one attempt to deliver a webhook. */
export type DeliveryOutcome = 'delivered' | 'retried' | 'failed' | 'blocked';

/** The platform's metrics of one service. Labels are bounded: no tenant, no digest, no raw path ever becomes one. */
export interface Metrics {
  /** Requests whose receipt is committed, by kind of document. */
  readonly documentsAccepted: Counter<'kind'>;
  readonly httpRequestDuration: Histogram<'route' | 'method' | 'status'>;
  readonly consumerLag: Gauge<'durable'>;
  readonly handlerDuration: Histogram<'durable' | 'outcome'>;
  readonly deadLetters: Counter<'durable' | 'kind'>;
  readonly outboxOldestUnpublished: Gauge;
  readonly outboxUnpublished: Gauge;
  readonly outboxPublished: Counter;
  readonly webhookDeliveries: Counter<'outcome'>;
  readonly webhookDeliveryDuration: Histogram<'outcome'>;
  /** For what only one service counts; names start with `assay_`. */
  readonly registry: Registry;
  /** Runs before every `text()`, to set gauges that are read rather than counted. A failure is counted, not thrown. */
  beforeText(collect: () => void | Promise<void>): void;
  /** All of it, and the metrics of the process, in Prometheus' text format 0.0.4. */
  text(): Promise<string>;
  /** The `Content-Type` of `text()`. */
  readonly contentType: string;
}

/**
 * The metrics of `service`, in a registry of their own: in the all-in-one process several services count side by side,
 * and each line says whose it is by its `service` label.
 */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const registers = [registry];
  const buckets = durationBucketsSeconds;
  const collectors: (() => void | Promise<void>)[] = [];
  const collectFailures = new Counter({
    name: 'assay_metrics_collect_failures_total',
    help: 'Gauges that could not be read before a scrape.',
    registers,
  });

  return {
    documentsAccepted: new Counter({
      name: 'assay_documents_accepted_total',
      help: 'Documents whose receipt is committed.',
      labelNames: ['kind'],
      registers,
    }),
    httpRequestDuration: new Histogram({
      name: 'assay_http_request_duration_seconds',
      help: 'Time from the request line to the last byte of the answer, by route pattern.',
      labelNames: ['route', 'method', 'status'],
      buckets,
      registers,
    }),
    consumerLag: new Gauge({
      name: 'assay_consumer_lag_messages',
      help: 'Messages that wait for a durable consumer, delivered but unacknowledged ones included.',
      labelNames: ['durable'],
      registers,
    }),
    handlerDuration: new Histogram({
      name: 'assay_handler_duration_seconds',
      help: 'Time a handler took for one event, its transaction included.',
      labelNames: ['durable', 'outcome'],
      buckets,
      registers,
    }),
    deadLetters: new Counter({
      name: 'assay_dead_letters_total',
      help: 'Events given up, by kind of failure.',
      labelNames: ['durable', 'kind'],
      registers,
    }),
    outboxOldestUnpublished: new Gauge({
      name: 'assay_outbox_oldest_unpublished_seconds',
      help: 'Age of the oldest event that is committed but not yet published; 0 when there is none.',
      registers,
    }),
    outboxUnpublished: new Gauge({
      name: 'assay_outbox_unpublished',
      help: 'Events that are committed but not yet published.',
      registers,
    }),
    outboxPublished: new Counter({
      name: 'assay_outbox_published_total',
      help: 'Events published from the outbox.',
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'assay_webhook_deliveries_total',
      help: 'Attempts to deliver a webhook.',
      labelNames: ['outcome'],
      registers,
    }),
    webhookDeliveryDuration: new Histogram({
      name: 'assay_webhook_delivery_duration_seconds',
      help: 'Time of one attempt to deliver a webhook.',
      labelNames: ['outcome'],
      buckets,
      registers,
    }),
    registry,
    contentType: registry.contentType,
    beforeText: (collect) => void collectors.push(collect),
    async text() {
      const results = await Promise.allSettled(collectors.map(async (collect) => collect()));
      collectFailures.inc(results.filter(({ status }) => status === 'rejected').length);
      return `${await registry.metrics()}${await processMetricsText()}`;
    },
  };
}

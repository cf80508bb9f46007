import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * CPU, memory, event loop lag, garbage collection and handles of the process, under the names every Node dashboard knows.
 * They are observed once however many services share the process, and shown on each service's page, because a scraper
 * may know only one of them. They carry no `service` label: they are nobody's alone.
 */
export async function processMetricsText(): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  // prom-client writes `Nan` for a gauge without a value yet; the format knows `NaN` alone.
  return (await registry.metrics()).replaceAll(/ Nan$/gm, ' NaN');
}

import { trace } from '@opentelemetry/api';
import { useTracer } from './in-span.js';
import { flushTimeoutMs } from './limits.js';
import { propagatingTracer } from './propagating-tracer.js';
import { ensurePropagation, resumePropagation, yieldPropagation } from './propagation.js';
import { readTelemetryEnv, type TelemetryEnv } from './telemetry.env.js';

/** Tracing of one service. Several services in one process share what is behind it. */
export interface Telemetry {
  /** True if spans are recorded and sent to a collector. */
  readonly exporting: boolean;
  /** Sends what is left, for at most `flushTimeoutMs`; the last service of the process stops the SDK. Never throws. */
  shutdown(): Promise<void>;
}

interface Sdk {
  shutdown(): Promise<void>;
}

let users = 0;
let sdk: Promise<Sdk> | undefined;

/**
 * Starts tracing: with a collector (`OTEL_EXPORTER_OTLP_ENDPOINT` or `…_TRACES_ENDPOINT`) OpenTelemetry's SDK, set up by
 * its own `OTEL_*` variables, once per process; without one nothing is recorded, but `traceparent` flows all the same.
 *
 * @throws AssayError `config.invalid-environment`
 */
export async function startTelemetry(options: { service: string; env?: NodeJS.ProcessEnv }): Promise<Telemetry> {
  const env = readTelemetryEnv(options.env);
  if (!exports(env)) {
    ensurePropagation();
    return { exporting: false, shutdown: async () => {} };
  }
  users += 1;
  sdk ??= startSdk(env.OTEL_SERVICE_NAME ?? `assay-${options.service}`);
  await sdk;
  let ended = false;
  return {
    exporting: true,
    async shutdown() {
      if (ended) return;
      ended = true;
      users -= 1;
      if (users === 0) await stopSdk();
    },
  };
}

function exports(env: TelemetryEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return endpoint !== undefined && !env.OTEL_SDK_DISABLED;
}

/** Loaded only when needed: the SDK costs 250 ms and 27 MB. It brings traces alone; metrics and logs have their own way. */
async function startSdk(serviceName: string): Promise<Sdk> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const started = new NodeSDK({ serviceName, metricReaders: [], logRecordProcessors: [] });
  yieldPropagation();
  started.start();
  useTracer(trace.getTracer('assay'));
  return started;
}

async function stopSdk(): Promise<void> {
  const running = await sdk;
  sdk = undefined;
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, flushTimeoutMs).unref());
  // A collector that is gone must not keep a service from stopping, nor fail its shutdown.
  await Promise.race([running?.shutdown().catch(() => {}), timeout]);
  useTracer(propagatingTracer);
  resumePropagation();
}

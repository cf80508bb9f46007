import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { readTelemetryEnv } from './telemetry.env.js';

/** A structured logger: `log.info({ digest }, 'document stored')`, `log.error({ err }, '…')`, `log.child({ durable })`. */
export type Logger = PinoLogger;

/** Headers that carry credentials, in the lower case Node gives them, wherever a request or its headers are logged. */
const credentialHeaders = ['authorization', '["x-api-key"]', 'cookie', '["set-cookie"]'];
const placesOfHeaders = ['', 'headers', '*.headers', 'req.headers', 'res.headers'];

const redactedPaths = placesOfHeaders.flatMap((place) =>
  credentialHeaders.map((header) => (place === '' || header.startsWith('[') ? place + header : `${place}.${header}`)),
);

/**
 * The logger of a service: one JSON object per line on standard output, with `level`, `time` (RFC 3339), `service`, `msg`
 * and, inside a span, `trace_id` and `span_id` (names of the OpenTelemetry log data model). The level is `LOG_LEVEL`.
 * Errors go under `err`, with their kind, code and causes; credentials in headers are replaced.
 */
export function logger(service: string, options: { destination?: DestinationStream; level?: string } = {}): Logger {
  return pino(
    {
      level: options.level ?? readTelemetryEnv().LOG_LEVEL,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      mixin: traceIds,
    },
    options.destination ?? process.stdout,
  );
}

function traceIds(): object {
  const active = trace.getSpanContext(context.active());
  return active && isSpanContextValid(active) ? { trace_id: active.traceId, span_id: active.spanId } : {};
}

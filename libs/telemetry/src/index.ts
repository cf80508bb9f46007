export { inSpan } from './in-span.js';
export * from './limits.js';
export * from './logger.js';
export * from './metrics.js';
export * from './nest-logger.js';
export { currentTraceparent, withTraceparent } from './propagation.js';
export * from './start-telemetry.js';
export { telemetryEnv } from './telemetry.env.js';
export { type Attributes, type Span, SpanKind } from '@opentelemetry/api';

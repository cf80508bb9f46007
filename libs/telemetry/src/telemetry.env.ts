import { defineEnv, type EnvOf, flag } from '@assay/config';
import { z } from 'zod';

/** The settings of logs and traces, with the names of the OpenTelemetry specification where it has one. */
export const telemetryEnv = defineEnv({
  name: 'every service',
  shape: {
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('The least severe log line that is written'),
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .url()
      .optional()
      .describe('The OpenTelemetry collector; spans are recorded and exported only when this or the next is set'),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional().describe('The full URL of the traces endpoint'),
    OTEL_SERVICE_NAME: z
      .string()
      .optional()
      .describe('The `service.name` of the spans; without it assay- and the name of the first service in the process'),
    OTEL_SDK_DISABLED: flag.default(false).describe('Switches the export of spans off whatever else is set'),
  },
});

export type TelemetryEnv = EnvOf<typeof telemetryEnv>;

/** The settings of this process. @throws AssayError `config.invalid-environment` */
export function readTelemetryEnv(env: NodeJS.ProcessEnv = process.env): TelemetryEnv {
  return telemetryEnv.parse(env);
}

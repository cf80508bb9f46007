import { defineEnv, type EnvOf, port, secret } from '@assay/config';
import { z } from 'zod';

/** What the platform reads itself; everything else in the environment goes on to the services as it is. */
export const platformEnv = defineEnv({
  name: 'platform',
  shape: {
    HOST: z.string().default('127.0.0.1').describe('The address the gateway listens on'),
    PORT: port.prefault('8080').describe('The port of the first gateway; further ones take the next ports'),
    ASSAY_DATA_DIR: z
      .string()
      .default('.assay')
      .describe('Where everything lies that was not given an address of its own'),
    ASSAY_ADMIN_KEY: secret(16).optional().describe('The first admin key; without it one is made at the first start'),
    ASSAY_MASTER_KEY: secret()
      .optional()
      .describe('Without it one is made at the first start, in `secrets/master-key`'),
    ASSAY_INTERNAL_KEY: secret()
      .optional()
      .describe('Without it one is made at the first start, in `secrets/internal-key`'),
    DATABASE_URL: secret().optional().describe('A Postgres to use instead of the embedded one, as its administrator'),
    NATS_URL: secret().optional().describe('A NATS with JetStream to use instead of the embedded one'),
    NATS_SERVER_BIN: z.string().optional().describe('The nats-server to start, 2.10 or newer'),
    TLS_CERT_FILE: z.string().optional().describe('The gateway serves HTTPS with this certificate'),
  },
});

export type PlatformEnv = EnvOf<typeof platformEnv>;

/** The platform's settings. @throws AssayError `config.invalid-environment` */
export function readPlatformEnv(env: NodeJS.ProcessEnv): PlatformEnv {
  return platformEnv.parse(env);
}

/** All variables of this process, to hand to services. */
export function wholeEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** One process that runs everything and talks to a person logs what is wrong, unless it was told otherwise. */
export function logQuietly(): void {
  process.env['LOG_LEVEL'] ||= 'warn';
}

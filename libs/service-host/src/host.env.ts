import { defineEnv, type EnvOf, flag, secret, wholeNumber } from '@assay/config';
import { domainOwners, type ServiceName } from '@assay/contracts';
import { masterKeyMinCharacters } from '@assay/identity';
import { z } from 'zod';

const minKeyLength = 16;

/** What every service reads, however it was started. The platform sets what the embedded default provides. */
export const hostEnv = defineEnv({
  name: 'every service',
  shape: {
    DATABASE_URL: secret().optional().describe('PostgreSQL, as an administrator: sets up roles and schemas at start'),
    NATS_URL: secret().describe('nats-server with JetStream; several addresses separated by commas'),
    NATS_PREFIX: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')
      .default('assay')
      .describe('First token of every subject: installations with different ones share a broker'),
    NATS_STREAM_REPLICAS: wholeNumber(1, 5).default(1).describe('Copies of each stream; 3 in a NATS cluster'),
    ASSAY_DATA_DIR: z.string().default('.assay').describe('Folder of everything that the embedded default keeps'),
    ASSAY_INTERNAL_KEY: secret(minKeyLength).describe('Signs the identities that services send each other'),
    ASSAY_MASTER_KEY: secret(masterKeyMinCharacters).describe('Encrypts keys at rest; losing it loses them'),
    HOST: z.string().default('127.0.0.1').describe('Address the gateway listens on'),
    PORT: wholeNumber(0, 65_535).default(8080).describe('Port of the gateway'),
    INTERNAL_HOST: z.string().default('127.0.0.1').describe('Address the other services listen on'),
    SERVICE_PORT: wholeNumber(0, 65_535)
      .optional()
      .describe('Port of this process; without it the port of its own <SERVICE>_URL'),
    TRUST_PROXY: z.string().optional().describe('Networks of proxies whose X-Forwarded-For is believed'),
    TLS_CERT_FILE: z.string().optional().describe('Certificate chain of the gateway, PEM'),
    TLS_KEY_FILE: z.string().optional().describe('Private key of the gateway, PEM'),
    S3_ENDPOINT: z.url().optional().describe('S3 server for artifacts; without it they lie in a folder'),
    S3_ACCESS_KEY: secret().optional().describe('Access key of the S3 server'),
    S3_SECRET_KEY: secret().optional().describe('Secret key of the S3 server'),
    S3_BUCKET: z.string().default('assay').describe('Bucket for artifacts; made at start'),
    ASSAY_EMBEDDED: flag.default(false).describe('Set by the platform: everything runs on this machine'),
  },
});

export type HostEnv = EnvOf<typeof hostEnv>;

/** Where the other services are, and the database that this one may use: variables whose names hold a service's name. */
export interface ServiceAddresses {
  /** Base URLs of each service; several for replicas. */
  readonly urls: ReadonlyMap<ServiceName, readonly string[]>;
  /** `<SERVICE>_DATABASE_URL`: this service's own least rights. */
  readonly databaseUrl: string | undefined;
}

function variableOf(service: ServiceName): string {
  return service.toUpperCase().replaceAll('-', '_');
}

/** @throws AssayError `config.invalid-environment` */
export function readAddresses(service: ServiceName, env: NodeJS.ProcessEnv): ServiceAddresses {
  const urls = Object.values(domainOwners).map((name): [ServiceName, string[]] => {
    const text = env[`${variableOf(name)}_URL`] ?? '';
    return [
      name,
      text
        .split(',')
        .map((url) => url.trim())
        .filter((url) => url !== ''),
    ];
  });
  return { urls: new Map(urls), databaseUrl: env[`${variableOf(service)}_DATABASE_URL`] || undefined };
}

/** The environment of this process: read here, once, and handed on. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

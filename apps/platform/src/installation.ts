import type { StartRequest } from './command-line.js';
import type { DataDir } from './data-dir.js';
import type { Infrastructure } from './infrastructure.js';
import type { PlatformEnv } from './platform.env.js';

/** What a way of running the services gets to know: the request, the machine's part of it, and what already runs. */
export interface Installation {
  readonly request: StartRequest;
  readonly dir: DataDir;
  readonly infrastructure: Infrastructure;
  /** Variables that every service gets beside the environment of this process. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where the first gateway listens. */
  readonly gatewayPort: number;
  /** The address of the gateway on this port, as somebody on this machine writes it. */
  gatewayUrl(port: number): string;
  say(line: string): void;
  /** Aborted when it is time to stop. */
  readonly signal: AbortSignal;
}

/** The variables that turn the environment of this process into a service's. */
export function settingsFor(
  env: PlatformEnv,
  dir: DataDir,
  { databaseUrl, natsUrl }: Infrastructure,
  keys: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...keys,
    HOST: env.HOST,
    ASSAY_DATA_DIR: dir.root,
    ASSAY_EMBEDDED: 'true',
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
  };
}

/** The gateway's address for somebody on this machine: an address that means "all of mine" is no place to connect to. */
export function gatewayUrlOn(env: PlatformEnv): (port: number) => string {
  const scheme = env.TLS_CERT_FILE === undefined ? 'http' : 'https';
  const everywhere = env.HOST === '0.0.0.0' || env.HOST === '::';
  const host = everywhere ? '127.0.0.1' : env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST;
  return (port) => `${scheme}://${host}:${port}`;
}

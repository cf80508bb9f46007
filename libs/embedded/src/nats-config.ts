import { createHmac } from 'node:crypto';
import { logRotateBytes, natsMaxPayloadBytes, natsMemoryStoreBytes } from './limits.js';

/** Who publishes in which part of the subjects. Everybody may subscribe to everything: events are for all services. */
const domainOfService = {
  'ingest-gateway': 'ingest',
  scanner: 'scanning',
  signer: 'signing',
  'case-engine': 'cases',
  compliance: 'compliance',
  alerting: 'alerting',
  audit: 'audit',
} as const;

/** The user that may do everything: for the set-up, `assay streams rebuild`, and the platform as one process. */
export const adminUser = 'assay';

/** A user of the embedded nats-server: a service, or `assay`, who may do everything. */
export type NatsUser = keyof typeof domainOfService | typeof adminUser;

/** All users of the embedded nats-server. */
export const natsUsers: readonly NatsUser[] = [adminUser, ...(Object.keys(domainOfService) as NatsUser[])];

/** What any service does besides publishing its own events: drive JetStream, acknowledge, answer a request. */
const everybodyPublishes = ['$JS.API.>', '$JS.ACK.>', '$JS.FC.>', '_INBOX.>'];

/** What no service does: events are facts, they end by age. */
const nobodyPublishes = ['$JS.API.STREAM.DELETE.>', '$JS.API.STREAM.PURGE.>', '$JS.API.STREAM.MSG.DELETE.>'];

/** The password of a user: derived, so that one secret is kept and none has to be handed around. */
export function natsPassword(secret: string, user: NatsUser): string {
  return createHmac('sha256', secret).update(`nats-user:${user}`).digest('base64url');
}

/** The address of the server for a user. */
export function natsUrl(port: number, secret: string, user: NatsUser): string {
  return `nats://${user}:${natsPassword(secret, user)}@127.0.0.1:${port}`;
}

export interface NatsConfigOptions {
  readonly port: number;
  readonly storeDir: string;
  readonly pidFile: string;
  readonly logFile: string;
  readonly secret: string;
}

/**
 * The server's configuration, in JSON, which nats-server reads as a subset of its own language (its sizes as numbers only). `sync_interval` is left
 * at its two minutes: Postgres is the truth, and what the broker loses is published again from the outboxes.
 */
export function natsConfig({ port, storeDir, pidFile, logFile, secret }: NatsConfigOptions): string {
  const config = {
    listen: `127.0.0.1:${port}`,
    server_name: 'assay-embedded',
    pid_file: pidFile,
    log_file: logFile,
    logfile_size_limit: logRotateBytes,
    logfile_max_num: 2,
    max_payload: natsMaxPayloadBytes,
    jetstream: { store_dir: storeDir, max_memory_store: natsMemoryStoreBytes },
    authorization: {
      users: natsUsers.map((user) => ({ user, password: natsPassword(secret, user), ...rights(user) })),
    },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function rights(user: NatsUser): object {
  if (user === adminUser) return {};
  const publish = { allow: [`assay.${domainOfService[user]}.>`, ...everybodyPublishes], deny: nobodyPublishes };
  return { permissions: { publish, subscribe: { allow: ['>'] } } };
}

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ArtifactStore, type ArtifactsSettings } from '@assay/artifacts';
import type { ServiceName } from '@assay/contracts';
import { InternalIdentity, internalCallers } from '@assay/identity';
import { Jobs } from '@assay/jobs';
import { Messaging } from '@assay/messaging';
import { Transactions } from '@assay/persistence';
import { createMetrics, logger, startTelemetry } from '@assay/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceDefinition } from './define-service.js';
import { type HostEnv, hostEnv, readAddresses, type ServiceAddresses } from './host.env.js';
import { HostModule } from './host.module.js';
import { InternalHttp } from './http-client/index.js';
import { createHttpApplication, type ReadinessProbe } from './http/index.js';
import { openServiceDatabase } from './open-service-database.js';

/** A service that serves. */
export interface RunningService {
  readonly name: ServiceName;
  /** Where it listens, `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Takes nothing new, finishes what is in hand, closes everything. */
  stop(): Promise<void>;
}

/** Starts one service with this environment. It cannot tell which process it is in, or who else is. */
export async function startService(
  service: ServiceDefinition,
  environment: NodeJS.ProcessEnv,
): Promise<RunningService> {
  const env = hostEnv.parse(environment);
  const own = service.env.parse(environment);
  const addresses = readAddresses(service.name, environment);
  const telemetry = await startTelemetry({ service: service.name, env: environment });
  const log = logger(service.name);
  const metrics = createMetrics(service.name);
  const opened: (() => Promise<unknown>)[] = [() => telemetry.shutdown()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.toReversed()) await close();
  };
  try {
    const partitions = service.partitions?.(own) ?? [];
    const database = await openServiceDatabase(service, env, addresses, partitions);
    opened.push(() => database.close());
    const transactions = new Transactions(database);
    const identity = new InternalIdentity(env.ASSAY_INTERNAL_KEY);
    const internalHttp = new InternalHttp(identity, (name) => addresses.urls.get(name as ServiceName) ?? []);
    opened.push(() => internalHttp.close());
    const messaging = await Messaging.start(
      { service: service.name, url: env.NATS_URL, prefix: env.NATS_PREFIX, replicas: env.NATS_STREAM_REPLICAS },
      { transactions, logger: log, metrics },
    );
    opened.push(() => messaging.stop());
    const artifacts = artifactsOf(env);
    const ours = { database, partitions, transactions, messaging, artifacts, identity, internalHttp };
    const parts = { env, ...ours, logger: log, metrics };

    const http = await createHttpApplication(HostModule.forParts(parts, service.module(own)), {
      ...service.problems,
      log,
      metrics,
      callers: service.callers ?? (() => internalCallers(identity)),
      probes: (app): ReadinessProbe[] => [
        { name: 'postgres', check: () => database.check() },
        { name: 'nats', check: () => messaging.broker.check() },
        { name: 'artifacts', check: () => app.get(ArtifactStore).check() },
      ],
      openApi: service.callers === undefined ? { title: `Assay ${service.name}` } : undefined,
      trustProxy: env.TRUST_PROXY,
      tls: service.callers === undefined ? undefined : tlsOf(env),
    });
    opened.push(() => http.close());
    // Before the application closes: the providers that a running job uses end in its first phase.
    opened.push(() => http.app.get(Jobs).stop());
    http.app.connectMicroservice({ strategy: messaging.strategy }, { inheritAppConfig: false });
    // What a service checks before it begins (`onModuleInit`) is checked before it takes the first event.
    await http.app.init();
    await http.app.startAllMicroservices();
    const url = await http.listen(...listenAddress(service, env, addresses));
    log.info({ url }, 'ready');
    return {
      name: service.name,
      url,
      app: http.app,
      async stop() {
        await closeAll();
        log.info('stopped');
      },
    };
  } catch (error) {
    // A service that could not start must not go on taking events from those that did.
    await closeAll().catch((cause: unknown) => log.warn({ err: cause }, 'not everything could be closed'));
    throw error;
  }
}

/** Port and host: the gateway's own, or this process's place among the internal services. */
function listenAddress(service: ServiceDefinition, env: HostEnv, addresses: ServiceAddresses): [number, string] {
  if (service.callers !== undefined) return [env.SERVICE_PORT ?? env.PORT, env.HOST];
  const [own] = addresses.urls.get(service.name) ?? [];
  return [env.SERVICE_PORT ?? (own === undefined ? 0 : Number(new URL(own).port)), env.INTERNAL_HOST];
}

function artifactsOf(env: HostEnv): ArtifactsSettings {
  const {
    S3_ENDPOINT: endpoint,
    S3_ACCESS_KEY: accessKey = '',
    S3_SECRET_KEY: secretKey = '',
    S3_BUCKET: bucket,
  } = env;
  if (endpoint !== undefined) return { driver: 's3', endpoint, accessKey, secretKey, bucket };
  return { driver: 'folder', directory: resolve(join(env.ASSAY_DATA_DIR, 'artifacts')) };
}

function tlsOf({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }: HostEnv): { cert: Buffer; key: Buffer } | undefined {
  return cert === undefined || key === undefined ? undefined : { cert: readFileSync(cert), key: readFileSync(key) };
}

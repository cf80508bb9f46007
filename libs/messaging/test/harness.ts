import 'reflect-metadata';
import { logger, createMetrics } from '@assay/telemetry';
import type { ServiceName } from '@assay/contracts';
import { Database, openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { aDatabase, aPrefix, natsUrl, testInternalKey } from '@assay/testing';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestMicroservice } from '@nestjs/common';
import { Messaging, RethrowFilter } from '@assay/messaging';

export interface TestService {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly messaging: Messaging;
  stop(): Promise<void>;
}

/** Starts the bus half of a service around one subscriber instance. */
export async function startSubscriber(
  service: ServiceName,
  where: { readonly adminUrl: string; readonly prefix: string },
  subscriber?: Type,
): Promise<TestService> {
  const database = await openDatabase(service, runtimeUrl(where.adminUrl, service, testInternalKey));
  const transactions = new Transactions(database);
  const log = logger(service, { level: 'fatal' });
  const messaging = await Messaging.start(
    { service, url: natsUrl(), prefix: where.prefix, replicas: 1 },
    { transactions, logger: log, metrics: createMetrics(service) },
  );
  let app: INestMicroservice | undefined;
  if (subscriber !== undefined) {
    @Module({ controllers: [subscriber] })
    class SubscriberModule {}
    app = await NestFactory.createMicroservice(SubscriberModule, { strategy: messaging.strategy, logger: false });
    app.useGlobalFilters(new RethrowFilter());
    await app.listen();
  }
  return {
    database,
    transactions,
    messaging,
    async stop() {
      await app?.close();
      await messaging.stop();
      await database.close();
    },
  };
}

export async function anInstallation(...services: ServiceName[]): Promise<{ adminUrl: string; prefix: string }> {
  const adminUrl = await aDatabase(...services.map((name) => ({ name, migrations: [] })));
  return { adminUrl, prefix: aPrefix() };
}

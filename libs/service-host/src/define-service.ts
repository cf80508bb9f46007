import type { EnvDefinition, EnvShape, EnvValues } from '@assay/config';
import type { ServiceName } from '@assay/contracts';
import type { ResolvePrincipal } from '@assay/identity';
import type { MigrationClass, PartitionedTable } from '@assay/persistence';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProblemOptions } from './http/index.js';

/** One service: everything the host needs to start it, in any process. */
export interface ServiceDefinition<Shape extends EnvShape = EnvShape> {
  readonly name: ServiceName;
  /** The root module: all wiring of the service and nothing else. */
  module(env: EnvValues<Shape>): Type | DynamicModule;
  readonly env: EnvDefinition<Shape>;
  /** The service's own migrations, oldest first. */
  readonly migrations: readonly MigrationClass[];
  /** Its tables that are cut by days, beside outbox and inbox: partitions are made ahead and dropped by the host. */
  partitions?(env: EnvValues<Shape>): readonly PartitionedTable[];
  /**
   * Who asks, for the one service that strangers may call. It then listens on `HOST` and `PORT`; every other service
   * listens inside and believes only the signed identities of its siblings.
   */
  readonly callers?: (app: NestFastifyApplication) => ResolvePrincipal;
  /** How its errors are told apart from the usual: statuses of single codes, dialects of older protocols. */
  readonly problems?: ProblemOptions;
}

/** Declares a service. */
export function defineService<Shape extends EnvShape>(definition: ServiceDefinition<Shape>): ServiceDefinition<Shape> {
  return definition;
}

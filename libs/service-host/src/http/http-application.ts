import {
  assertEveryRouteDeclaresRoles,
  authenticate,
  declaredRoutes,
  type ResolvePrincipal,
  RolesGuard,
} from '@assay/identity';
import { type Logger, type Metrics, nestLogger } from '@assay/telemetry';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { useBodyParsers } from './body-parsers.js';
import { boundArrival } from './bound-arrival.js';
import {
  arrivalTimeoutMs,
  bodyIdleTimeoutMs,
  drainTimeoutMs,
  maxParsedBodyBytes,
  maxPathParameterLength,
} from './limits.js';
import { observeRequests, requestIdOf } from './observe-requests.js';
import { openApiOf, type OpenApiOptions } from './openapi.js';
import { addOperationsRoutes } from './operations.routes.js';
import { ProblemFilter, type ProblemOptions, sendProblem } from './problem.filter.js';
import { problemOf } from './problem.js';
import { Readiness, type ReadinessProbe } from './readiness.js';
import { DtoValidationPipe } from './validation.pipe.js';

export interface HttpApplicationOptions extends ProblemOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Who sends a request. It gets the application, because what knows credentials is usually one of its providers. */
  readonly callers: (app: NestFastifyApplication) => ResolvePrincipal;
  readonly probes?: (app: NestFastifyApplication) => readonly ReadinessProbe[];
  /** Served at `/openapi.json`; without it that address is free. */
  readonly openApi?: OpenApiOptions;
  /** For bodies that are parsed at once; `maxParsedBodyBytes` unless given. */
  readonly bodyLimitBytes?: number;
  /** The longest silence within a body; `bodyIdleTimeoutMs` unless given. */
  readonly bodyIdleMs?: number;
  /** Whose `X-Forwarded-*` are believed: nobody's, everybody's, or those of addresses and networks, with commas. */
  readonly trustProxy?: boolean | string;
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
}

export interface HttpApplication {
  /** Ready to be given microservices, sockets and the like; `listen` begins to serve. */
  readonly app: NestFastifyApplication;
  /** `stop()` it first when the service ends. */
  readonly readiness: Readiness;
  /** Serves and returns the address, `http://127.0.0.1:41234`. Port 0 takes any free one. */
  listen(port: number, host?: string): Promise<string>;
  /** Takes no more requests, lets those that run end within `drainTimeoutMs`, then closes the application. */
  close(patienceMs?: number): Promise<void>;
}

/**
 * The HTTP side of a service: strangers refused before their body is read, roles checked, DTOs validated, every error a
 * problem document, every request a span and a measurement; `/livez`, `/readyz`, `/metrics` and `/openapi.json` beside.
 *
 * @throws AssayError `bug`, `identity.undeclared-routes`, for a route that does not say who may call it
 */
export async function createHttpApplication(
  module: Type | DynamicModule,
  options: HttpApplicationOptions,
): Promise<HttpApplication> {
  const { log, metrics } = options;
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes ?? maxParsedBodyBytes,
    trustProxy: options.trustProxy ?? false,
    requestIdHeader: false,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    requestTimeout: arrivalTimeoutMs,
    // The router refuses broken addresses by itself, before any hook or filter.
    frameworkErrors: (error: unknown, _: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problemOf(error).document, null),
    routerOptions: { maxParamLength: maxPathParameterLength },
    ...(options.tls && { https: options.tls }),
  });
  const instance: FastifyInstance = adapter.getInstance();
  observeRequests(instance, { log, metrics });
  boundArrival(instance, options.bodyIdleMs ?? bodyIdleTimeoutMs);
  useBodyParsers(instance);

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(log),
    abortOnError: false,
    bodyParser: false,
  });
  assertEveryRouteDeclaresRoles(app);
  instance.addHook('onRequest', authenticate({ resolve: options.callers(app), isPublic: publicRoutesOf(app) }));
  app.useGlobalFilters(new ProblemFilter(log, options));
  app.useGlobalGuards(new RolesGuard(app.get(Reflector)));
  app.useGlobalPipes(new DtoValidationPipe());

  const readiness = new Readiness(options.probes?.(app) ?? [], log);
  instance.addHook('onSend', async (_, reply) => {
    // Answers hold what hosts, scanners and repositories wrote: no browser may take one for a page or a script.
    reply.header('x-content-type-options', 'nosniff');
    // A connection that is kept open would keep the service from ending.
    if (readiness.isStopping) reply.header('connection', 'close');
  });
  const { openApi } = options;
  addOperationsRoutes(instance, { readiness, metrics, openApi: openApi && (() => openApiOf(app, openApi)) });

  return {
    app,
    readiness,
    async listen(port, host = '127.0.0.1') {
      await app.listen(port, host);
      return app.getUrl();
    },
    async close(patienceMs = drainTimeoutMs) {
      readiness.stop();
      // One caller who never sends the rest of a body would otherwise keep the service from ending.
      const tooLong = setTimeout(() => instance.server.closeAllConnections(), patienceMs);
      await app.close().finally(() => clearTimeout(tooLong));
    },
  };
}

/** True for requests to routes with `@Public()`, and to those that were added to Fastify as public ones. */
function publicRoutesOf(app: NestFastifyApplication): (request: FastifyRequest) => boolean {
  const open = new Set<string>();
  for (const { method, path, access } of declaredRoutes(app)) {
    if (access?.kind === 'public') open.add(`${method} ${path}`);
  }
  return ({ method, routeOptions: { url, config } }) =>
    config.public === true ||
    open.has(`${method} ${url}`) ||
    open.has(`ALL ${url}`) ||
    (method === 'HEAD' && open.has(`GET ${url}`));
}

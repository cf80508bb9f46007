import type { ResolvePrincipal } from '@assay/identity';
import { defineService } from '@assay/service-host';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AgentDoor } from './agents/sockets/agent-door.service.js';
import { RecordDeniedAccess } from './credentials/record-denied-access.service.js';
import { ResolveCaller } from './credentials/resolve-caller.service.js';
import { ingestGatewayEnv } from './ingest-gateway.env.js';
import { IngestGatewayModule } from './ingest-gateway.module.js';
import { gatewayProblems } from './ingest-gateway.problems.js';
import { migrations } from './migrations/index.js';
import { ReadOpenApi } from './openapi/read-openapi.service.js';

/** The only door that strangers may come to. */
export const ingestGatewayService = defineService({
  name: 'ingest-gateway',
  module: (env) => IngestGatewayModule.with(env),
  env: ingestGatewayEnv,
  migrations,
  callers: callersOf,
  problems: gatewayProblems,
});

/** Callers are known by their credentials; refusals are watched; agents find their door; who describes the application sees it. */
function callersOf(app: NestFastifyApplication): ResolvePrincipal {
  app.get(RecordDeniedAccess).watch(app.getHttpAdapter().getInstance());
  app.get(AgentDoor).openOn(app.getHttpServer());
  app.get(ReadOpenApi).describe(app);
  const resolveCaller = app.get(ResolveCaller);
  return (request) => resolveCaller.execute(request);
}

import { declaredRoutes, type DeclaredRoute } from '@assay/identity';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problemMediaType } from './problem.js';

export interface OpenApiOptions {
  readonly title: string;
  readonly description?: string;
  readonly version?: string;
}

/** The roles of an operation, as an OpenAPI extension; `["public"]` where anybody may call it. */
export const rolesExtension = 'x-assay-roles';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/**
 * The OpenAPI document of an application: every operation with its roles (`x-assay-roles`), the two forms of credentials,
 * and the problem document as the answer to whatever goes wrong.
 */
export function openApiOf(
  app: INestApplication,
  { title, description = '', version = '1' }: OpenApiOptions,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(title)
    .setDescription(description)
    .setVersion(version)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const access = new Map(
    declaredRoutes(app).map((route) => [`${route.method} ${templateOf(route.path)}`, route.access]),
  );

  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      const who = access.get(`${method.toUpperCase()} ${path}`) ?? access.get(`ALL ${path}`) ?? null;
      Object.assign(operation, { [rolesExtension]: rolesOf(who) });
      operation.security = who?.kind === 'public' ? [] : [{ apiKey: [] }, { bearer: [] }];
      operation.description = [operation.description, whoMay(who)].filter(Boolean).join('\n\n');
      const takesSomething = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
      if (takesSomething)
        operation.responses['400'] ??= problem('Something that was sent is wrong; `errors` names the fields');
      if (who?.kind === 'roles') {
        operation.responses['401'] ??= problem('No credential, or one that opens nothing');
        operation.responses['403'] ??= problem('The role or scope of the credential does not reach this');
        if (path.includes('{'))
          operation.responses['404'] ??= problem('There is nothing of this name that the caller may see');
      }
      operation.responses['default'] ??= { $ref: '#/components/responses/Problem' };
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problemSchema },
    responses: {
      ...document.components?.responses,
      Problem: problem('What went wrong (RFC 9457).'),
    },
  };
  return document;
}

/** The same without anything running: no provider is made, so no database and no bus is needed. For `docs/openapi.gen.json`. */
export async function openApiOfModule(module: Type, options: OpenApiOptions): Promise<OpenAPIObject> {
  const app = await NestFactory.create(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return openApiOf(app, options);
}

function problem(description: string) {
  return { description, content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } } };
}

/** Who may call, for people. */
function whoMay(access: DeclaredRoute['access']): string {
  const roles = rolesOf(access).filter((role) => role !== 'service');
  return roles.includes('public') || roles.length === 0 ? '' : `For: ${roles.join(', ')}.`;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', example: 'http.validation-failed' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
    instance: { type: 'string', format: 'uri' },
  },
};

function rolesOf(access: DeclaredRoute['access']): string[] {
  if (access?.kind !== 'roles') return access ? ['public'] : [];
  return access.platformOnly ? ['platform-admin'] : [...access.roles];
}

/** `/cases/:id` as OpenAPI writes it: `/cases/{id}`; a wildcard is a parameter named `path`. */
function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replaceAll('*', '{path}');
}

import { AssayError } from '@assay/kernel';
import { type INestApplicationContext, RequestMethod, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { type Access, accessKey } from './access.decorators.js';
import { type IdentityErrorCode } from './identity.errors.js';

/** One route of an application, as its decorators declare it. */
export interface DeclaredRoute {
  /** `GET`, …, or `ALL`. */
  readonly method: string;
  /** In the router's own form, with a leading slash: `/api/v1/cases/:id`. */
  readonly path: string;
  /** `CasesController.list` */
  readonly handler: string;
  /** Null where neither `@Allow` nor `@Public` stands; such an application does not start. */
  readonly access: Access | null;
}

type Handler = (...args: never[]) => unknown;

/** Every route of the application, sorted by path: what the table role × route is generated from. */
export function declaredRoutes(app: INestApplicationContext): DeclaredRoute[] {
  const controllers = new DiscoveryService(app.get(ModulesContainer, { strict: false })).getControllers();
  return controllers
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOf(metatype as Type) : []))
    .toSorted((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}

/**
 * Refuses an application with a route that does not say who may call it: forgetting must not open a door.
 *
 * @throws AssayError `bug`, `identity.undeclared-routes`, naming every such handler
 */
export function assertEveryRouteDeclaresRoles(app: INestApplicationContext): void {
  const silent = declaredRoutes(app).filter(({ access }) => access === null);
  if (silent.length === 0) return;
  throw new AssayError<IdentityErrorCode>(
    'bug',
    'identity.undeclared-routes',
    `These routes declare neither @Allow nor @Public: ${[...new Set(silent.map(({ handler }) => handler))].join(', ')}.`,
  );
}

function routesOf(controller: Type): DeclaredRoute[] {
  const reflector = new Reflector();
  const prototype = controller.prototype as Record<string, Handler>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const access = reflector.getAllAndOverride<Access | undefined>(accessKey, [handler, controller]) ?? null;
    return pathsOf(controller).flatMap((prefix) =>
      pathsOf(handler).map((path) => ({
        method: RequestMethod[method],
        path: joined(prefix, path),
        handler: `${controller.name}.${name}`,
        access,
      })),
    );
  });
}

function pathsOf(target: Type | Handler): string[] {
  const path = Reflect.getMetadata('path', target) as string | string[] | undefined;
  return [path ?? ''].flat();
}

/** Joined as Nest joins them: one slash between parts, none at the end. */
function joined(...parts: string[]): string {
  const path = parts.map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `/${path.join('/')}`;
}

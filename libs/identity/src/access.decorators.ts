import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { type Role } from './principal.js';
import { principalOf } from './request-principal.js';

/** Who may call a route. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'roles'; readonly roles: readonly Role[]; readonly platformOnly: boolean };

/** The metadata key of a route's `Access`. */
export const accessKey = 'assay:access';

/** The roles that may call this route, or every route of this controller that says nothing itself. */
export function Allow(...roles: [Role, ...Role[]]): MethodDecorator & ClassDecorator {
  return SetMetadata(accessKey, { kind: 'roles', roles, platformOnly: false } satisfies Access);
}

/** Only admins of the platform may call this route. */
export function AllowPlatformAdmin(): MethodDecorator & ClassDecorator {
  return SetMetadata(accessKey, { kind: 'roles', roles: ['admin'], platformOnly: true } satisfies Access);
}

/** Anybody may call this route: it is public, or checks its caller itself (a token in a form, an agent's dialect). */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(accessKey, { kind: 'public' } satisfies Access);
}

/** The caller's `Principal` as a parameter of a handler. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<object>()),
);

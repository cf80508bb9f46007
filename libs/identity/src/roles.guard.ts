import { AssayError } from '@assay/kernel';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Access, accessKey } from './access.decorators.js';
import { type IdentityErrorCode } from './identity.errors.js';
import { principalOf } from './request-principal.js';

/** Lets through whom the route allows, and nobody where a route says nothing. Handlers of events are none of its affair. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws AssayError `identity.unauthenticated` or `identity.role-refused` */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(accessKey, places);
    if (access?.kind === 'public') return true;

    const principal = principalOf(context.switchToHttp().getRequest<object>());
    const allowed = access?.roles.includes(principal.role) && (!access.platformOnly || principal.platformAdmin);
    if (!allowed) {
      throw new AssayError<IdentityErrorCode>(
        'forbidden',
        'identity.role-refused',
        `The role "${principal.role}" may not do this.`,
      );
    }
    return true;
  }
}

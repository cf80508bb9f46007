import { unauthenticated } from './identity.errors.js';
import { type Principal } from './principal.js';

/** Keyed by the request itself, so that no header, body or plugin can put a principal where we look for it. */
const principals = new WeakMap<object, Principal>();

/** Notes who sent the request. */
export function attachPrincipal(request: object, principal: Principal): void {
  principals.set(request, principal);
}

/** Who sent the request, or null on a public route. */
export function principalOrNull(request: object): Principal | null {
  return principals.get(request) ?? null;
}

/** Who sent the request. @throws AssayError `identity.unauthenticated` */
export function principalOf(request: object): Principal {
  const principal = principals.get(request);
  if (!principal) throw unauthenticated();
  return principal;
}

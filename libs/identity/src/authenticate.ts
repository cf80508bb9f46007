import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { unauthenticated } from './identity.errors.js';
import { type InternalIdentity, internalIdentityHeader } from './internal-identity.js';
import { type Principal } from './principal.js';
import { attachPrincipal } from './request-principal.js';

/** Finds who sent a request by what its headers carry: null for nobody we know. Failures of our own are thrown. */
export type ResolvePrincipal = (request: FastifyRequest) => Promise<Principal | null>;

export interface AuthenticateOptions {
  readonly resolve: ResolvePrincipal;
  /** True for the routes that anybody may call, and for those that check their callers themselves. */
  readonly isPublic: (request: FastifyRequest) => boolean;
}

/**
 * A Fastify `onRequest` hook that refuses strangers. It stands there, and not in a Nest guard, because guards run after
 * Fastify has read and parsed the body: a stranger's 500 MB would be taken in before the 401, and broken JSON would be
 * answered with a 400. Unknown routes pass, to be answered with 404.
 *
 * @throws AssayError `identity.unauthenticated`, for the application's error handler
 */
export function authenticate({ resolve, isPublic }: AuthenticateOptions): onRequestAsyncHookHandler {
  return async (request) => {
    if (request.is404 || isPublic(request)) return;
    const principal = await resolve(request);
    if (!principal) throw unauthenticated();
    attachPrincipal(request, principal);
  };
}

/** Accepts the signed identities of our own services and nothing else: how every service but the gateway is called. */
export function internalCallers(identity: InternalIdentity): ResolvePrincipal {
  return async (request) => {
    const token = request.headers[internalIdentityHeader];
    return typeof token === 'string' ? identity.verify(token) : null;
  };
}

import type { DialectReply, ProblemDocument } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';

/** Addresses that agents of PatchMon know alone; those of hosts are theirs when they show an `X-API-ID`. */
const patchMonRoutes = /^\/api\/v1\/(?:compliance|settings|integrations|agents)(?:\/|$)/;
const hostRoutes = /^\/api\/v1\/hosts(?:\/|$)/;

/** An error of ours on a route of PatchMon as its agents read it, `{"error": "…"}` (`wire/patchmon.md` §1). */
export function inPatchMonWords({ status, detail }: ProblemDocument, request: FastifyRequest): DialectReply | null {
  const route = request.routeOptions?.url ?? '';
  const isAgent = hostRoutes.test(route) && request.headers['x-api-id'] !== undefined;
  if (!isAgent && !patchMonRoutes.test(route)) return null;
  return { status, headers: {}, body: { error: detail } };
}

import type { DialectReply, ProblemDocument } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';
import { comesFromHost } from '../credentials/patchmon-pair.js';

/** Addresses of PatchMon alone; those of hosts are its own where only agents go, or for whom shows an `X-API-ID`. */
const patchMonRoutes = /^\/api\/v1\/(?:compliance|settings|integrations|agents|ws)(?:\/|$)/;
const hostRoutes = /^\/api\/v1\/hosts(?:\/|$)/;
/** What agents call and nobody else. */
const agentRoutes =
  /^\/api\/v1\/(?:hosts\/(?:ping|integrations|integration-status|update|agent\/version)|settings\/update-interval|integrations\/docker|compliance\/(?:scans|ssg-version|ssg-content\/[^/]*)|agents\/ws)$/;

/** What an agent without valid credentials is told (`wire/patchmon.md` §1). */
export const credentialsRequired = 'API credentials required';
export const credentialsInvalid = 'Invalid API credentials';

/** An error of ours on a route of PatchMon as its agents read it, `{"error": "…"}` (`wire/patchmon.md` §1). */
export function inPatchMonWords({ status, detail }: ProblemDocument, request: FastifyRequest): DialectReply | null {
  const route = request.routeOptions?.url ?? '';
  const [path = ''] = request.url.split('?', 1);
  const isAgents = agentRoutes.test(path) || comesFromHost(request.headers);
  if (!patchMonRoutes.test(route) && !(hostRoutes.test(route) && isAgents)) return null;
  return { status, headers: {}, body: { error: status === 401 && isAgents ? refusalOf(request) : detail } };
}

/** 401 in PatchMon's words: whether a half of the pair is missing, or it opens nothing. */
function refusalOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  return headers['x-api-id'] && headers['x-api-key'] ? credentialsInvalid : credentialsRequired;
}

import type { DialectReply, ProblemDocument } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';
import type { PatchHoundErrorCode } from './patchhound.errors.js';
import { isPatchHoundRoute } from './patchhound.routes.js';

const wrongAdminKey: PatchHoundErrorCode = 'patchhound.admin-key-wrong';
const scanFailed: PatchHoundErrorCode = 'patchhound.scan-failed';

/**
 * Every error on a route of PatchHound as `{"error": …}`, compact, whatever its cause: its clients read nothing else. The
 * one that stands there as plain text stays plain text (`wire/patchhound.md` §1.2).
 */
export function inPatchHoundWords(
  { status, detail, code }: ProblemDocument,
  request: FastifyRequest,
): DialectReply | null {
  if (!isPatchHoundRoute(request.routeOptions?.url)) return null;
  if (code === wrongAdminKey) return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: detail };
  const body =
    code === scanFailed ? { error: 'Grype scan failed', details: detail, return_code: 1 } : { error: detail };
  // 422 is the protocol's word for an image that is not what was signed, so it is for nothing else.
  const said = status === 422 ? 400 : status;
  return { status: said, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

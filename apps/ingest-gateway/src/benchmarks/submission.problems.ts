import type { DialectReply, ProblemDocument } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';

/** What a submission that comes too often is told, and one that could not be kept (`wire/patchmon.md` §3.5). */
export const tooManySubmissions = 'Too many scan submissions, please try again later';
const failedToSave = 'Failed to save scan results';

/** The refusals of submissions that have words of their own; null for all others. Its agents know no other status than 500 for a failure. */
export function inSubmissionWords(
  { status }: Pick<ProblemDocument, 'status'>,
  { method, routeOptions }: Pick<FastifyRequest, 'method' | 'routeOptions'>,
): DialectReply | null {
  if (method !== 'POST' || routeOptions?.url !== '/api/v1/compliance/scans') return null;
  if (status === 429) return { status, headers: {}, body: { error: tooManySubmissions } };
  return status >= 500 ? { status: 500, headers: {}, body: { error: failedToSave } } : null;
}

import type { DialectReply, ProblemDocument, StatusByCode } from '@assay/service-host';
import type { HostsErrorCode } from './hosts.errors.js';

/** Statuses that the kind of an error does not say. */
export const hostsStatuses: StatusByCode = {
  ['hosts.body-too-large' satisfies HostsErrorCode]: 413,
  'documents.too-large': 413,
};

/** What PatchMon's agents ask below `/hosts`; the rest of it is ours. */
const agentRoutes =
  /^\/api\/v1\/(?:settings\/|integrations\/|hosts\/(?:ping|integrations|integration-status|update|agent\/version)$)/;
const santamonRoutes = /^\/(?:santamon\/)?agents$/;

/** True for an address of PatchMon's agents that this capability serves. */
export const isAgentRoute = (path: string): boolean => agentRoutes.test(path);

/** FastAPI's form, for `GET /agents` (`wire/santamon.md` §1); null for other addresses. */
export function inSantamonWords({ status, detail, errors }: ProblemDocument, path: string): DialectReply | null {
  if (!santamonRoutes.test(path)) return null;
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  if (status === 500) return { status, headers, body: { detail: 'Internal server error' } };
  if (status !== 422) return { status, headers, body: { detail } };
  const fields = errors.map(({ field, message }) => ({
    type: 'value_error',
    loc: ['query', field],
    msg: message,
    input: null,
  }));
  return { status, headers, body: { detail: fields } };
}

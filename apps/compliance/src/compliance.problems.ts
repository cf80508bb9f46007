import type { DialectReply, ProblemDocument, ProblemOptions } from '@assay/service-host';
import { commandsStatuses } from './commands/commands.errors.js';
import { hostsStatuses, inSantamonWords, isAgentRoute } from './hosts/hosts.problems.js';

type Request = Parameters<NonNullable<ProblemOptions['inDialect']>>[1];

/** Where PatchMon's callers ask. */
const patchMonRoutes = /^\/api\/v1\/compliance\//;
/** What of it is ours, with problem documents. */
const ownRoutes = /^\/api\/v1\/compliance\/commands(\/|$)/;

/** How compliance's errors are answered. */
export const complianceProblems: ProblemOptions = {
  statusByCode: { ...commandsStatuses, ...hostsStatuses },
  inDialect: (problem, request) =>
    inSantamonWords(problem, request.url.split('?', 1)[0]!) ?? inPatchMonWords(problem, request),
};

/** `{"error": …}` for PatchMon's callers (`wire/patchmon.md` §1): they read nothing else, and know no 422. */
function inPatchMonWords({ status, detail, errors }: ProblemDocument, { url }: Request): DialectReply | null {
  const [path = ''] = url.split('?', 1);
  const isPatchMons = patchMonRoutes.test(path) || isAgentRoute(path);
  if (!isPatchMons || ownRoutes.test(path)) return null;
  const [wrong] = errors;
  const error = wrong === undefined ? detail : inWords(wrong);
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: status === 422 ? 400 : status, headers, body: { error } };
}

/** What names its field already (`Invalid status. Must be one of: …`) is PatchMon's own sentence. */
function inWords({ field, message }: ProblemDocument['errors'][number]): string {
  return message.startsWith('Invalid ') ? message : `${field} ${message}`;
}

import type { DialectReply, ProblemDocument, StatusByCode } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';

const santamonRoutes = /^\/(?:santamon\/)?(?:signals|stats)(?:\/|$)/;
const wrongStatus: CaseEngineErrorCode = 'signals.wrong-status';

/** Where Santamon's status is not that of the kind of error. */
export const santamonStatuses: StatusByCode = { [wrongStatus]: 400 };

/**
 * Errors as FastAPI says them (`wire/santamon.md` §1): a list of fields where the caller has to look at one, a text
 * otherwise.
 */
export function inSantamonWords(problem: ProblemDocument, request: FastifyRequest): DialectReply | null {
  if (!santamonRoutes.test(request.routeOptions.url ?? '')) return null;
  const { status, code, detail, errors } = problem;
  if (status === 500) return reply(500, 'Internal server error');
  if (code === wrongStatus || (status !== 422 && status !== 400)) return reply(status, detail);
  const place = request.method === 'GET' ? 'query' : 'body';
  // One sentence for each field, as FastAPI has it.
  const fields = errors.length === 0 ? [{ field: '', message: detail }] : firstOfEach(errors);
  return reply(
    422,
    fields.map(({ field, message }) => ({
      type: 'value_error',
      loc: [place, ...field.split('/').filter((part) => part !== '')],
      msg: message,
      input: inputOf(request, place, field),
    })),
  );
}

function firstOfEach(errors: ProblemDocument['errors']): ProblemDocument['errors'] {
  return [...new Map(errors.toReversed().map((error) => [error.field, error])).values()].toReversed();
}

function reply(status: number, detail: unknown): DialectReply {
  return { status, headers: { 'content-type': 'application/json' }, body: { detail } };
}

/** What the caller sent there, where it is short enough to be told. */
function inputOf(request: FastifyRequest, place: 'query' | 'body', field: string): unknown {
  const given: unknown = request[place];
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, field)) return null;
  const value: unknown = Reflect.get(given, field);
  return typeof value === 'string' ? value.slice(0, 200) : typeof value === 'object' ? null : value;
}

import type { DialectReply, ProblemDocument } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';

/** The addresses of Santamon, with and without its prefix, ours and those of the services behind us. */
const santamonRoutes = /^\/(?:santamon(?:\/|$)|(?:ingest|signals|stats|agents)(?:\/|$))/;

/** True for a route of Santamon's protocol (`wire/santamon.md`). */
export function isSantamonRoute(route: string | undefined): boolean {
  return route !== undefined && santamonRoutes.test(route);
}

/**
 * Every error on a route of Santamon as FastAPI says it, `{"detail": …}`: a list of fields where they are to blame, a text
 * otherwise (`wire/santamon.md` §1).
 */
export function inSantamonWords(
  { status, detail, errors }: ProblemDocument,
  request: FastifyRequest,
): DialectReply | null {
  if (!isSantamonRoute(request.routeOptions?.url)) return null;
  if (status === 401) return { status, headers: {}, body: { detail: 'Invalid API key' } };
  if (status === 500) return { status, headers: {}, body: { detail: 'Internal server error' } };
  // Agents never send again what was refused with a 4xx before they are told, 429 included; 503 makes them wait.
  if (status === 429) return { status: 503, headers: {}, body: { detail } };
  // Its clients know one status for every body that will not do, whether it is JSON or not.
  const isBody = status === 422 || status === 400 || status === 415;
  if (!isBody) return { status, headers: {}, body: { detail } };
  const fields = errors.length > 0 ? errors : [{ field: '', message: detail }];
  return { status: 422, headers: {}, body: { detail: fields.map(({ field, message }) => asPydantic(field, message)) } };
}

function asPydantic(field: string, msg: string): object {
  return { type: 'value_error', loc: ['body', ...(field === '' ? [] : field.split('/').filter(Boolean))], msg };
}

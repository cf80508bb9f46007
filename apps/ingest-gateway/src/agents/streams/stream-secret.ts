import type { IncomingHttpHeaders } from 'node:http';

/** Where browsers watch an agent at work (`wire/patchmon.md` §5.2). */
export const progressStreamRoute = '/api/v1/ws/compliance-progress/:apiId/stream';

const cookieName = 'token';

/** As much of a request as is looked at. */
interface ShownRequest {
  readonly query: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly routeOptions: { readonly url?: string | undefined };
}

/**
 * The secret of a browser that opens an event stream, which can send no header of ours: `token` of the query, else the
 * cookie of that name; null for none. On this one route alone: an address is kept in histories and logs of others, so
 * what stands in it must not be good for more than watching.
 */
export function streamSecret({ query, headers, routeOptions }: ShownRequest, maxLength: number): string | null {
  if (routeOptions.url !== progressStreamRoute) return null;
  const { token } = query as { token?: unknown };
  const secret = typeof token === 'string' && token !== '' ? token : cookieOf(headers.cookie ?? '');
  return secret === null || secret.length > maxLength ? null : secret;
}

/** RFC 6265 §5.4: pairs separated by `; `. */
function cookieOf(header: string): string | null {
  for (const pair of header.split(';')) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (name.trim() === cookieName && value.trim() !== '') return value.trim();
  }
  return null;
}

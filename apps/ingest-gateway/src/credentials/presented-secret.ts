import type { IncomingHttpHeaders } from 'node:http';

const bearer = /^Bearer +(\S+) *$/i;

/** The secret that a request shows: `X-API-Key`, else `Authorization: Bearer` (RFC 6750 §2.1); null for none. */
export function presentedSecret(headers: IncomingHttpHeaders, maxLength: number): string | null {
  const key = headers['x-api-key'];
  const secret = typeof key === 'string' && key !== '' ? key : bearer.exec(headers.authorization ?? '')?.[1];
  return secret === undefined || secret.length > maxLength ? null : secret;
}

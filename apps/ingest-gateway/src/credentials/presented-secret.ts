import type { IncomingHttpHeaders } from 'node:http';
import { comesFromHost, presentedPair, secretOfPair } from './patchmon-pair.js';

const bearer = /^Bearer +(\S+) *$/i;

/**
 * The secret that a request shows: a host's pair where there is an `X-API-ID`, else `X-API-Key`, else `Authorization:
 * Bearer` (RFC 6750 §2.1); null for none.
 */
export function presentedSecret(headers: IncomingHttpHeaders, maxLength: number): string | null {
  if (comesFromHost(headers)) {
    const pair = presentedPair(headers);
    return pair && secretOfPair(pair);
  }
  const key = headers['x-api-key'];
  const secret = typeof key === 'string' && key !== '' ? key : bearer.exec(headers.authorization ?? '')?.[1];
  return secret === undefined || secret.length > maxLength ? null : secret;
}

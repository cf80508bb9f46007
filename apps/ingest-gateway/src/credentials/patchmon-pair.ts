import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What an agent of PatchMon shows: a name that is no secret, and 256 random bits (`wire/patchmon.md` §1). */
export interface PatchMonPair {
  /** `patchmon_` and 16 hexadecimal digits. */
  readonly apiId: string;
  /** 64 hexadecimal digits. */
  readonly apiKey: string;
}

const apiIdPattern = /^patchmon_[0-9a-f]{16}$/;
const apiKeyPattern = /^[0-9a-f]{64}$/;
const apiIdBytes = 8;
const apiKeyBytes = 32;

export function newApiId(): string {
  return `patchmon_${randomBytes(apiIdBytes).toString('hex')}`;
}

export function newHostKey(): string {
  return randomBytes(apiKeyBytes).toString('hex');
}

/**
 * Both halves as the one secret whose keyed hash is stored: a key is worth nothing with another host's id. No header can
 * hold a line break, so nothing that comes as one secret reads like a pair.
 */
export function secretOfPair({ apiId, apiKey }: PatchMonPair): string {
  return `patchmon\n${apiId}\n${apiKey}`;
}

/** True where the request says that it comes from a host: then `X-API-Key` is the host's (`semantics.md` §12). */
export function comesFromHost(headers: IncomingHttpHeaders): boolean {
  return headers['x-api-id'] !== undefined;
}

/** The pair that a request shows, or null; what can be none is refused here, where it costs nothing. */
export function presentedPair(headers: IncomingHttpHeaders): PatchMonPair | null {
  const { 'x-api-id': apiId, 'x-api-key': apiKey } = headers;
  if (typeof apiId !== 'string' || typeof apiKey !== 'string') return null;
  return apiIdPattern.test(apiId) && apiKeyPattern.test(apiKey) ? { apiId, apiKey } : null;
}

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveKey, keyPurposes } from '@assay/identity';

type Claims = Readonly<Record<string, unknown>>;

/** The header and the claims of a token, unverified. */
export function readToken(token: string): { readonly header: Claims; readonly claims: Claims } {
  const [header = '', claims = ''] = token.split('.');
  const read = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims;
  return { header: read(header), claims: read(claims) };
}

/** A token under HS256 (RFC 7515) with any header and claims; no key gives no signature. */
export function forge(header: Claims, claims: Claims, key: Uint8Array | null): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${key === null ? '' : createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** The key of path tokens of an installation, as somebody with its master key would derive it. */
export function pathTokenKeyOf(dataDir: string): Uint8Array {
  return deriveKey(readFileSync(join(dataDir, 'secrets', 'master-key'), 'utf8').trim(), keyPurposes.pathToken);
}

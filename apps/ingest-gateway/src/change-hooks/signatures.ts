import { createHmac } from 'node:crypto';
import { equalsConstantTime } from '@assay/identity';
import { limits } from '../limits.js';
import type { Forge, Headers } from './change-hook.js';

/**
 * True if the request is from who knows the secret. Signatures are over the bytes as they came, and compared in constant
 * time.
 *
 * - GitHub: `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 of the body ("Validating webhook deliveries").
 * - Gitea: `X-Gitea-Signature: <hex>`, the same without a prefix; Forgejo sends it too.
 * - GitLab: with a signing token the headers of Standard Webhooks; else `X-Gitlab-Token`, which is the secret itself.
 */
export function isSigned(forge: Forge, headers: Headers, body: Buffer, secret: string, now: Date): boolean {
  switch (forge) {
    case 'github':
      return isHex(headers, 'x-hub-signature-256', 'sha256=', body, secret);
    case 'gitea':
      return isHex(headers, 'x-gitea-signature', '', body, secret);
    case 'gitlab': {
      if (headers['webhook-signature'] !== undefined) return isStandard(headers, body, secret, now);
      const token = headers['x-gitlab-token'];
      return typeof token === 'string' && equalsConstantTime(token, secret);
    }
  }
}

function isHex(headers: Headers, name: string, prefix: string, body: Buffer, secret: string): boolean {
  const given = headers[name];
  const expected = prefix + createHmac('sha256', secret).update(body).digest('hex');
  return typeof given === 'string' && equalsConstantTime(given.toLowerCase(), expected);
}

const keyPrefix = 'whsec_';

/**
 * Standard Webhooks: `v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`, several separated by spaces, with a time that
 * is not long ago. The key is the base64 behind `whsec_`; a token of another form is taken as it is.
 */
function isStandard(headers: Headers, body: Buffer, secret: string, now: Date): boolean {
  const [id, timestamp, signatures] = [
    headers['webhook-id'],
    headers['webhook-timestamp'],
    headers['webhook-signature'],
  ];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  const ageMs = Math.abs(now.getTime() - Number(timestamp) * 1_000);
  if (!(ageMs <= limits.changeHookToleranceMs)) return false;
  const key = secret.startsWith(keyPrefix) ? Buffer.from(secret.slice(keyPrefix.length), 'base64') : secret;
  const expected = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  return signatures.split(' ').some((given) => equalsConstantTime(given, expected));
}

import { createHmac, randomBytes } from 'node:crypto';
import { wrongField } from '../alerting.errors.js';
import { limits } from '../limits.js';

const prefix = 'whsec_';

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(limits.secretBytes).toString('base64')}`;
}

/**
 * Checks a secret that somebody brings: base64 of 24 to 64 bytes behind `whsec_`, which may be missing (Standard
 * Webhooks, "Signature scheme"). Gives it with its prefix.
 * @throws AssayError `alerting.bad-secret`
 */
export function webhookSecret(text: string): string {
  const encoded = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const { length } = Buffer.from(encoded, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || length < limits.secretMinBytes || length > limits.secretMaxBytes) {
    const { secretMinBytes, secretMaxBytes } = limits;
    const message = `must be "${prefix}" and base64 of ${secretMinBytes} to ${secretMaxBytes} bytes; leave it out and one is made`;
    throw wrongField('alerting.bad-secret', 'secret', message);
  }
  return `${prefix}${encoded}`;
}

/**
 * The three headers of Standard Webhooks. The signature is `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`;
 * the timestamp, in seconds, is the attempt's, so that a retry days later is not taken for a replay.
 */
export function signedHeaders(id: string, at: Date, body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signedHeaders, webhookSecret } from './standard-webhooks.js';

interface Vector {
  readonly name?: string;
  readonly scheme?: string;
  readonly secret: string;
  readonly id: string;
  readonly timestamp: number;
  readonly payload: string;
  readonly signature: string;
  readonly valid?: boolean;
  readonly headers?: Record<string, string>;
}

const file = new URL('../../../../test/fixtures/webhooks/standard-webhooks-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as { published_vectors: Vector[]; cases: Vector[] };
const published = vectors.published_vectors.filter(({ scheme }) => scheme === 'HMAC-SHA256');

describe('a signature', () => {
  it.each(published)('equals the published vector: $id', ({ secret, id, timestamp, payload, signature }) => {
    expect(signedHeaders(id, new Date(timestamp * 1000), payload, webhookSecret(secret))).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    });
  });

  it.each(vectors.cases.filter(({ valid, headers }) => valid === true && headers !== undefined))(
    'is among those of the valid case: $name',
    ({ secret, payload, headers }) => {
      const at = new Date(Number(headers!['webhook-timestamp']) * 1000);
      const { 'webhook-signature': ours } = signedHeaders(headers!['webhook-id']!, at, payload, webhookSecret(secret));
      expect(headers!['webhook-signature']!.split(' ')).toContain(ours);
    },
  );
});

describe('a secret', () => {
  it('that we make is accepted, and never the same twice', () => {
    const secret = newWebhookSecret();
    expect(webhookSecret(secret)).toBe(secret);
    expect(newWebhookSecret()).not.toBe(secret);
  });

  it.each([
    'whsec_',
    'whsec_c2hvcnQ=',
    'password',
    'whsec_not base64 at all not base64 at all',
    `whsec_${'A'.repeat(90)}`,
  ])('is refused: %s', (text) => expect(() => webhookSecret(text)).toThrow('base64 of 24 to 64 bytes'));
});

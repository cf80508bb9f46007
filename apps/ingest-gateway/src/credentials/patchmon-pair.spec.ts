import { expect, it } from 'vitest';
import { newApiId, newHostKey, presentedPair, secretOfPair } from './patchmon-pair.js';

const apiId = 'patchmon_0f3a2b7c9d1e4f56';
const apiKey = 'a'.repeat(64);

it('a new pair has the form that agents of PatchMon expect, and is never the same', () => {
  const pair = { apiId: newApiId(), apiKey: newHostKey() };
  expect(presentedPair({ 'x-api-id': pair.apiId, 'x-api-key': pair.apiKey })).toEqual(pair);
  expect([newApiId(), newHostKey()]).not.toEqual([pair.apiId, pair.apiKey]);
});

it('both halves make the secret, so a key is worth nothing with another id', () => {
  expect(secretOfPair({ apiId, apiKey })).not.toBe(secretOfPair({ apiId: newApiId(), apiKey }));
});

it.each([
  [{ 'x-api-id': apiId }],
  [{ 'x-api-key': apiKey }],
  [{ 'x-api-id': apiId, 'x-api-key': 'assay_admin_x' }],
  [{ 'x-api-id': `${apiId}\n`, 'x-api-key': apiKey }],
  [{ 'x-api-id': 'patchmon_0F3A2B7C9D1E4F56', 'x-api-key': apiKey }],
])('%j is no pair', (headers) => expect(presentedPair(headers)).toBeNull());

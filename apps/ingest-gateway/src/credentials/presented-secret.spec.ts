import { expect, it } from 'vitest';
import { presentedSecret } from './presented-secret.js';

it.each([
  [{ 'x-api-key': 'k' }, 'k'],
  [{ authorization: 'Bearer t' }, 't'],
  [{ authorization: 'bearer  t ' }, 't'],
  [{ 'x-api-key': '', authorization: 'Bearer t' }, 't'],
  [{ 'x-api-key': 'k', authorization: 'Bearer t' }, 'k'],
  [{ authorization: 'Basic dTpw' }, null],
  [{ 'x-api-key': 'x'.repeat(11) }, null],
  [{}, null],
  [{ 'x-api-id': 'patchmon_0f3a2b7c9d1e4f56', 'x-api-key': 'k' }, null],
  [{ 'x-api-id': 'patchmon_0f3a2b7c9d1e4f56', authorization: 'Bearer t' }, null],
])('%j shows %j', (headers, secret) => expect(presentedSecret(headers, 10)).toBe(secret));

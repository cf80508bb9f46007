import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { inPatchMonWords } from './patchmon.problems.js';

const refused = { status: 401, detail: 'Who are you?' } as Parameters<typeof inPatchMonWords>[0];
const pair = { 'x-api-id': 'patchmon_0f3a2b7c9d1e4f56', 'x-api-key': 'a' };

function asked(url: string, headers: Record<string, string> = {}, route = '/api/v1/hosts/*'): FastifyRequest {
  return { url, headers, routeOptions: { url: route } } as unknown as FastifyRequest;
}

describe('a refusal on a route of PatchMon', () => {
  it.each([
    ['/api/v1/hosts/ping', {}, 'API credentials required'],
    ['/api/v1/hosts/agent/version?arch=amd64', { 'x-api-id': 'a' }, 'API credentials required'],
    ['/api/v1/hosts/integrations', { 'x-api-key': 'a' }, 'API credentials required'],
    ['/api/v1/hosts/update', pair, 'Invalid API credentials'],
    ['/api/v1/hosts', pair, 'Invalid API credentials'],
  ])('%s with %j says %s', (url, headers, error) =>
    expect(inPatchMonWords(refused, asked(url, headers))?.body).toEqual({ error }),
  );

  it('says to users what it says everywhere, in PatchMon’s form', () =>
    expect(inPatchMonWords(refused, asked('/api/v1/compliance/dashboard', {}, '/api/v1/compliance/*'))?.body).toEqual({
      error: 'Who are you?',
    }));

  it('is a problem document on our own routes of hosts', () =>
    expect(inPatchMonWords(refused, asked('/api/v1/hosts'))).toBeNull());
});

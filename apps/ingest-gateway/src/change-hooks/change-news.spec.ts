import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Forge, Headers } from './change-hook.js';
import { readChangeNews } from './read-change-news.js';
import { isSigned } from './signatures.js';

const now = new Date('2026-11-02T12:00:00Z');
const secret = 'a-secret-of-the-test';
const body = Buffer.from('{"action":"closed"}');
const hmac = (key: string | Buffer, text: string | Buffer, as: 'hex' | 'base64'): string =>
  createHmac('sha256', key).update(text).digest(as);

const events: Readonly<Record<Forge, Headers>> = {
  github: { 'x-github-event': 'pull_request' },
  gitlab: { 'x-gitlab-event': 'Merge Request Hook' },
  gitea: { 'x-gitea-event': 'pull_request' },
};

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(`apps/ingest-gateway/test/fixtures/change-hooks/${name}.json`, 'utf8'));
}

describe('a signature', () => {
  const github = { 'x-hub-signature-256': `sha256=${hmac(secret, body, 'hex')}` };
  const gitea = { 'x-gitea-signature': hmac(secret, body, 'hex') };

  it('of GitHub or Gitea is good over the very bytes and with the very secret', () => {
    expect(isSigned('github', github, body, secret, now)).toBe(true);
    expect(isSigned('gitea', gitea, body, secret, now)).toBe(true);
    expect(isSigned('github', github, Buffer.from('{"action": "closed"}'), secret, now)).toBe(false);
    expect(isSigned('github', github, body, 'another', now)).toBe(false);
    expect(isSigned('github', gitea, body, secret, now)).toBe(false);
    expect(isSigned('gitea', {}, body, secret, now)).toBe(false);
  });

  it('of GitHub by SHA-1 alone is none', () => {
    const sha1 = `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;
    expect(isSigned('github', { 'x-hub-signature': sha1 }, body, secret, now)).toBe(false);
  });

  it('of GitLab is its token, or with a signing token that of Standard Webhooks, which grows old', () => {
    expect(isSigned('gitlab', { 'x-gitlab-token': secret }, body, secret, now)).toBe(true);
    expect(isSigned('gitlab', { 'x-gitlab-token': 'wrong' }, body, secret, now)).toBe(false);
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const standard = (at: Date, given = key): Headers => {
      const timestamp = String(at.getTime() / 1000);
      const signature = hmac(given, `id.${timestamp}.${body.toString()}`, 'base64');
      return { 'webhook-id': 'id', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,x v1,${signature}` };
    };
    const token = `whsec_${key.toString('base64')}`;
    expect(isSigned('gitlab', standard(now), body, token, now)).toBe(true);
    expect(isSigned('gitlab', standard(new Date(now.getTime() - 301_000)), body, token, now)).toBe(false);
    expect(isSigned('gitlab', standard(now, Buffer.from('other')), body, token, now)).toBe(false);
    // A signature that is there must be good, whatever token stands beside it.
    expect(isSigned('gitlab', { ...standard(now), 'x-gitlab-token': secret }, body, secret, now)).toBe(false);
  });
});

describe('news of a change', () => {
  const sha = 'bc1f6a0d3b8e4f2a7c5d1e9b0a8f6c4d2e1b3a57';
  const at = new Date('2026-11-02T10:00:00Z');
  it.each([
    ['github', 'github-closed-merged', { org: 'acme', repo: 'payments', what: 'merged', mergeCommitSha: sha, at }],
    ['github', 'github-closed-unmerged', { what: 'abandoned', mergeCommitSha: null, at }],
    ['github', 'github-reopened', { what: 'reopened', at: new Date('2026-11-02T12:30:00Z') }],
    ['gitlab', 'gitlab-merge', { org: 'acme/billing', repo: 'payments', what: 'merged', mergeCommitSha: sha, at }],
    ['gitlab', 'gitlab-close', { what: 'abandoned', at }],
    ['gitlab', 'gitlab-reopen', { what: 'reopened', at }],
    ['gitea', 'gitea-closed-merged', { org: 'acme', repo: 'payments', what: 'merged', mergeCommitSha: sha, at }],
    ['gitea', 'gitea-reopened', { what: 'reopened' }],
  ] as const)('of %s is read from %s', (forge, name, expected) => {
    expect(readChangeNews(forge, events[forge], fixture(name), now)).toMatchObject({ prId: '41', ...expected });
  });

  it('is nothing where it is about something else', () => {
    expect(readChangeNews('github', { 'x-github-event': 'ping' }, { zen: 'Keep it simple' }, now)).toBeNull();
    const opened = { ...(fixture('github-reopened') as object), action: 'synchronize' };
    expect(readChangeNews('github', events.github, opened, now)).toBeNull();
    expect(() => readChangeNews('github', events.github, { action: 'closed' }, now)).toThrow('number');
  });
});

import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { ownedBy, slugOf, type Team, teamOf } from './team.js';

const today = new Date('2026-01-01T00:00:00Z');
const aTeam = (slug: string, ...repositories: string[]): Team => ({
  id: newId(),
  slug,
  name: slug,
  repositories,
  channels: [],
  createdAt: today,
  updatedAt: today,
});

describe('the team of a repository', () => {
  const [everybody, payments, exact] = [
    aTeam('everybody', 'acme/**'),
    aTeam('payments', 'acme/pay-*'),
    aTeam('ledger', 'acme/pay-ledger'),
  ];
  const teams = [everybody, payments, exact];
  const owner = (org: string, repo: string): string | undefined => teamOf(teams, { org, repo })?.slug;

  it('is the one that names it most exactly', () => {
    expect(owner('acme', 'pay-ledger')).toBe('ledger');
    expect(owner('acme', 'pay-gateway')).toBe('payments');
    expect(owner('acme/sub', 'web')).toBe('everybody');
    expect(owner('other', 'web')).toBeUndefined();
    expect(teamOf([], { org: '', repo: 'web' })).toBeNull();
  });

  it('is the same in whatever order teams are listed', () => {
    const alike = [aTeam('b', 'acme/*'), aTeam('a', 'acme/*')];
    for (const order of [alike, alike.toReversed()]) {
      expect(teamOf(order, { org: 'acme', repo: 'web' })?.slug).toBe('a');
    }
  });

  it('owns what no other team owns more exactly', () => {
    const all = ['pay-ledger', 'pay-gateway', 'web'].map((repo) => ({ org: 'acme', repo }));
    expect(ownedBy(payments, teams, all)).toEqual([{ org: 'acme', repo: 'pay-gateway' }]);
  });
});

describe('a slug', () => {
  it('follows from the name where it can', () => {
    expect(slugOf('  Zahlungen & Rückläufe ')).toBe('zahlungen-rucklaufe');
    expect(slugOf('???')).toBeNull();
  });
});

import type { DataOf, exceptionGrantedV1, Finding } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExceptionsStore } from '../src/findings/exceptions.store.js';
import { RunningScanner } from './support/running-scanner.js';

let scanner: RunningScanner;
let found: readonly Finding[];
beforeAll(async () => {
  scanner = await RunningScanner.withAdvisories();
  const report = readFileSync(new URL('./fixtures/semgrep/many_findings.json', import.meta.url));
  const origin = { provider: '', org: 'acme', repo: 'shop', branch: 'main' };
  found = (await scanner.findingsOf(report, { kind: 'report', tool: 'semgrep', origin })).findings;
});
afterAll(async () => {
  await scanner.stop();
});

type Granted = DataOf<typeof exceptionGrantedV1>;
const everywhere: Granted['where'] = { kind: 'tenant', provider: null, org: null, repo: null, image: null, purl: null };

/** What the copy of an exception shows as excluded; it is taken away again. */
async function excludedBy(what: Granted['what'], where: Partial<Granted['where']> = {}): Promise<number> {
  const store = scanner.service.app.get(ExceptionsStore, { strict: false });
  const exceptionId = newId();
  const granted = { exceptionId, what, where: { ...everywhere, ...where }, reason: 'x', expiresAt: null };
  const transactions = scanner.service.app.get(Transactions);
  await transactions.run('acme', (tx) => store.granted(tx, granted, 1));
  const response = await scanner.call('/api/v1/findings?repo=acme/shop&status=excluded&limit=500');
  expect(response.status).toBe(200);
  const { items } = (await response.json()) as { items: unknown[] };
  await transactions.run('acme', (tx) => store.ended(tx, exceptionId));
  return items.length;
}

describe('the copy of exceptions', () => {
  it('knows a semgrep result by all of its names, and ids of which nobody said what they are', async () => {
    const [{ vulnerabilityId: rule, location, fingerprint }] = found as [Finding];
    const ofRule = found.filter((each) => each.vulnerabilityId === rule);
    const inFile = ofRule.filter((each) => each.location?.file === location?.file);
    const named = (id: string, kind: Granted['what']['kind'] = 'any'): Granted['what'] => ({ kind, id, group: null });
    expect(await excludedBy(named(rule))).toBe(ofRule.length);
    expect(await excludedBy(named(rule, 'semgrep'))).toBe(ofRule.length);
    expect(await excludedBy(named(rule, 'secret'))).toBe(0);
    expect(await excludedBy(named(rule, 'vulnerability'))).toBe(0);
    expect(await excludedBy(named(`semgrep_${rule}_${location!.file}`))).toBe(inFile.length);
    const mark = fingerprint ?? 'unknown_fingerprint';
    expect(await excludedBy(named(`semgrep_${rule}_${mark}`, 'semgrep'))).toBeGreaterThan(0);
    expect(await excludedBy(named(`semgrep_${rule}_elsewhere.py`))).toBe(0);
  });

  it('follows scopes as judging does: a repository of any provider, and no other', async () => {
    const what = { kind: 'any', id: found[0]!.vulnerabilityId, group: null } as const;
    expect(await excludedBy(what, { kind: 'repository', org: 'acme', repo: 'shop' })).toBeGreaterThan(0);
    expect(await excludedBy(what, { kind: 'repository', org: 'acme', repo: 'other' })).toBe(0);
    expect(await excludedBy(what, { kind: 'repository', provider: 'github', org: 'acme', repo: 'shop' })).toBe(0);
    expect(await excludedBy(what, { kind: 'image', image: 'acme/shop' })).toBe(0);
  });

  it('takes the newest of what it hears of an expiry, in whatever order', async () => {
    const store = scanner.service.app.get(ExceptionsStore, { strict: false });
    const transactions = scanner.service.app.get(Transactions);
    const exceptionId = newId();
    const details = {
      origin: 'manual',
      publicComment: null,
      scopeNote: null,
      owner: null,
      approvedBy: null,
      justification: null,
    } as const;
    const until = (expiresAt: string | null) => ({ exceptionId, fields: ['expiresAt'], expiresAt, details });
    const what = { kind: 'any', id: 'x', group: null } as const;
    const expiry = await transactions.run('acme', async (tx) => {
      await store.changed(tx, until('2040-01-01T00:00:00.000Z'), 3);
      await store.changed(tx, until('2030-01-01T00:00:00.000Z'), 2);
      await store.granted(tx, { exceptionId, what, where: everywhere, reason: 'x', expiresAt: null }, 1);
      return tx.query<{ expires_at: Date; what: string }>('select expires_at, what from exceptions where id = $1', [
        exceptionId,
      ]);
    });
    expect(expiry).toEqual([{ expires_at: new Date('2040-01-01T00:00:00.000Z'), what: 'any' }]);
  });
});

import type { FindingsDocument } from '@assay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsQuery } from '../src/findings/list-findings.read-model.js';
import { fixtureNames, fixtureText } from './support/fixtures.js';
import { RunningScanner, type Sent } from './support/running-scanner.js';

let scanner: RunningScanner;
beforeAll(async () => {
  scanner = await RunningScanner.withAdvisories();
});
afterAll(() => scanner.stop());

const json = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

/** An SBOM of these purls, with a name that makes its bytes its own. */
const anSbom = (name: string, ...purls: string[]): Buffer =>
  json({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: { type: 'application', name } },
    components: purls.map((purl) => ({ type: 'library', name: purl.split('@')[0], purl })),
  });
const onBranch = (branch: string): Sent => ({ origin: { provider: 'github', org: 'acme', repo: 'shop', branch } });

describe('a trivy report', () => {
  const counts: Record<string, object> = JSON.parse(fixtureText('trivy/securecase-counts.json'));

  it.each(Object.keys(counts))('%s has the entries that SecureCase counts', async (name) => {
    const sent: Sent = { kind: 'report', tool: 'trivy', dialect: 'securecase' };
    const { entries, tool } = await scanner.findingsOf(Buffer.from(fixtureText(`trivy/${name}`)), sent);
    expect(entries).toMatchObject(counts[name]!);
    expect(tool).toBe('trivy');
  });

  it('has the keys of our own findings for the same flaw of the same component', async () => {
    const purl = 'pkg:pypi/django@3.2.0';
    const ours = await scanner.findingsOf(anSbom('django', purl));
    const vulnerabilities = ours.findings.map(({ vulnerabilityId, aliases }) => ({
      VulnerabilityID: aliases.find((id) => id.startsWith('GHSA-')) ?? vulnerabilityId,
      PkgName: 'django',
      InstalledVersion: '3.2.0',
      Severity: 'LOW',
      PkgIdentifier: { PURL: purl },
    }));
    const report = {
      SchemaVersion: 2,
      Results: [{ Target: 'requirements.txt', Class: 'lang-pkgs', Vulnerabilities: vulnerabilities }],
    };
    const theirs = await scanner.findingsOf(json(report), { kind: 'report', tool: 'trivy' });
    expect(ours.findings.length).toBeGreaterThan(20);
    expect(keysOf(theirs)).toEqual(keysOf(ours));
    expect(theirs.findings.every(({ severity }) => severity === 'low')).toBe(true);
  });

  it('that says nothing of itself is refused, but counts as clean for SecureCase', async () => {
    const native = await scanner.answerTo(await scanner.send(json({}), { kind: 'report', tool: 'trivy' }));
    expect(native.failed?.code).toBe('scanner.report-not-recognised');
    const dialect = await scanner.findingsOf(json({ a: 1 }), { kind: 'report', tool: 'trivy', dialect: 'securecase' });
    expect(dialect.findings).toEqual([]);
  });

  it('of a tool that we have no reader for is refused with its name', async () => {
    const { failed } = await scanner.answerTo(await scanner.send(json({ b: 1 }), { kind: 'report', tool: 'nessus' }));
    expect(failed).toMatchObject({ code: 'scanner.unknown-tool', message: expect.stringContaining('nessus') });
  });
});

function keysOf({ findings }: FindingsDocument): string[] {
  return findings.map(({ key }) => key).toSorted();
}

describe('a hostile document', () => {
  /** What each ends as; those that are not here are taken. `EXPECTED.json` beside them says why. */
  const refused: Record<string, RegExp> = {
    'truncated.cdx.json': /^documents\./,
    'empty.json': /^(documents|scanner)\./,
    'null.json': /^scanner\.sbom-not-recognised$/,
    // Its second "bomFormat" says something else, and the last one counts, as in every JSON parser.
    'duplicate-keys.cdx.json.gz': /^scanner\.sbom-not-recognised$/,
    'unknown-object.json': /^scanner\.sbom-not-recognised$/,
    'deep-array.json.gz': /^documents\./,
    'deep-nested-components.cdx.json.gz': /^documents\./,
    'utf16le-bom.cdx.json.gz': /^documents\./,
    'nan-number.cdx.json.gz': /^documents\./,
    'components-wrong-type.cdx.json.gz': /^scanner\.wrong-type$/,
    'giant-string.cdx.json.gz': /^documents\./,
    'unknown-version.cdx.json.gz': /^scanner\./,
    'unknown-version.spdx.json.gz': /^scanner\./,
  };

  it.each(fixtureNames('sboms/hostile').filter((name) => name !== 'EXPECTED.json'))('%s does no harm', async (name) => {
    const { completed, failed } = await scanner.answerTo(await scanner.send(fixtureBuffer(`sboms/hostile/${name}`)));
    const outcome = completed === undefined ? (failed?.code ?? 'nothing') : 'taken';
    expect(outcome, failed?.message).toMatch(refused[name] ?? /^taken$/);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect((await scanner.call('/readyz')).status).toBe(200);
  });

  it('leaves nothing half stored', async () => {
    const before = await sbomCount();
    const cut = anSbom('cut', 'pkg:npm/a@1').subarray(0, -9);
    expect((await scanner.answerTo(await scanner.send(cut))).failed?.code).toMatch(/^documents\./);
    expect(await sbomCount()).toBe(before);
  });
});

function fixtureBuffer(path: string): Buffer {
  return Buffer.from(fixtureText(path));
}

async function sbomCount(): Promise<number> {
  const [row] = await scanner.transactions.runAcrossTenants((tx) =>
    tx.query<{ count: number }>('select count(*)::integer as count from sboms'),
  );
  return row!.count;
}

describe('a large document', () => {
  it('of 20,000 components is read in a thread, and small ones do not wait for it', async () => {
    const components = Array.from({ length: 20_000 }, (_, at) => ({
      type: 'library',
      name: `package-${at}`,
      version: '1.0.0',
      purl: `pkg:npm/package-${at}@1.0.0`,
      description: 'one of many that nobody has ever heard of',
    }));
    const large = await scanner.send(json({ bomFormat: 'CycloneDX', specVersion: '1.5', components }));
    const small = await scanner.send(anSbom('beside', 'pkg:pypi/django@3.2.0'));
    await scanner.answerTo(small);
    const { completed, failed } = await scanner.answerTo(large);
    expect(completed?.data, failed?.message).toMatchObject({ components: 20_000 });
  });
});

describe('the same bytes again', () => {
  it('are one SBOM, and nothing is opened twice', async () => {
    const bytes = anSbom('again', 'pkg:pypi/django@3.2.0');
    const first = await scanner.findingsOf(bytes, onBranch('again'));
    const stored = await sbomCount();
    const second = await scanner.findingsOf(bytes, onBranch('again'));
    expect(keysOf(second)).toEqual(keysOf(first));
    expect(await sbomCount()).toBe(stored);
    const { items } = await list('/api/v1/findings?repo=acme/shop&limit=500');
    const again = items.filter(({ subject }) => subject.branch === 'again');
    expect(again).toHaveLength(first.findings.length);
    expect(new Set(again.map(({ firstSeenAt }) => firstSeenAt)).size).toBe(1);
  });
});

interface Listed {
  readonly id: string;
  readonly severity: string;
  readonly status: string;
  readonly vulnerabilityId: string;
  readonly engines: string[];
  readonly firstSeenAt: string;
  readonly resolvedAt: string | null;
  readonly subject: { readonly branch: string | null };
}

async function list(path: string): Promise<{ items: Listed[]; nextCursor: string | null }> {
  const response = await scanner.call(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { items: Listed[]; nextCursor: string | null };
}

describe('the findings of a subject', () => {
  const two = ['pkg:pypi/django@3.2.0', 'pkg:pypi/pyyaml@5.1'] as const;

  it('end when the component goes, are seen as of before, and come back as old as they were', async () => {
    const sent = onBranch('comes-and-goes');
    await scanner.findingsOf(anSbom('c1', ...two), sent);
    const before = (await list('/api/v1/findings?purl=pkg:pypi/pyyaml@5.1&repo=shop')).items;
    const asOf = encodeURIComponent(new Date().toISOString());
    await scanner.findingsOf(anSbom('c2', two[0]), sent);
    expect((await list('/api/v1/findings?purl=pkg:pypi/pyyaml@5.1&repo=shop')).items).toEqual([]);
    const resolved = (await list('/api/v1/findings?purl=pkg:pypi/pyyaml@5.1&repo=shop&status=resolved')).items;
    expect(resolved.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(resolved.every(({ resolvedAt }) => resolvedAt !== null)).toBe(true);
    expect((await list(`/api/v1/findings?purl=pkg:pypi/pyyaml@5.1&repo=shop&asOf=${asOf}`)).items).toEqual(
      before.map((finding) => expect.objectContaining({ id: finding.id, status: 'open' })),
    );
    await scanner.findingsOf(anSbom('c3', ...two), sent);
    const after = (await list('/api/v1/findings?purl=pkg:pypi/pyyaml@5.1&repo=shop')).items;
    expect(after.map(({ id, firstSeenAt }) => [id, firstSeenAt])).toEqual(
      before.map(({ id, firstSeenAt }) => [id, firstSeenAt]),
    );
    expect(before.length).toBeGreaterThan(0);
  });

  it('are not changed by a late older run', async () => {
    const run = (runId: string): Sent => ({ origin: { ...onBranch('late').origin, runId } });
    await scanner.findingsOf(anSbom('new', two[0]), run('10'));
    const late = await scanner.findingsOf(anSbom('old', two[1]), run('9'));
    expect(late.findings.length).toBeGreaterThan(0);
    expect(
      (await list('/api/v1/findings?purl=pkg:pypi/pyyaml&repo=shop&limit=500')).items.filter(
        (each) => each.subject.branch === 'late',
      ),
    ).toEqual([]);
  });

  it('are paged in a stable order, worst first, without gaps or repeats', async () => {
    const all = (await list('/api/v1/findings?limit=500')).items.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: Listed[]; nextCursor: string | null } = await list(
        `/api/v1/findings?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      paged.push(...page.items.map(({ id }) => id));
      cursor = paged.length >= all.length ? null : page.nextCursor;
    }
    expect(paged.slice(0, all.length)).toEqual(all);
    expect(new Set(paged).size).toBe(paged.length);
  });

  it('are one finding where two tools report them', async () => {
    const sent = onBranch('two-tools');
    const { findings } = await scanner.findingsOf(anSbom('both', two[1]), sent);
    const Vulnerabilities = findings.map(({ vulnerabilityId }) => ({
      VulnerabilityID: vulnerabilityId,
      PkgName: 'pyyaml',
      InstalledVersion: '5.1',
      Severity: 'CRITICAL',
      PkgIdentifier: { PURL: two[1] },
    }));
    const report = { SchemaVersion: 2, Results: [{ Target: 'r', Class: 'lang-pkgs', Vulnerabilities }] };
    await scanner.findingsOf(json(report), { ...sent, kind: 'report', tool: 'trivy' });
    const { items } = await list('/api/v1/findings?severity=critical&repo=acme/shop&limit=500');
    const here = items.filter(({ subject }) => subject.branch === 'two-tools');
    expect(here.map(({ engines }) => engines.toSorted())).toEqual(findings.map(() => ['assay-osv', 'trivy']));
  });
});

describe('the plan of the list', () => {
  const asOf = new Date();
  const id = '00000000-0000-8000-8000-000000000000';
  it.each([
    ['worst first', { asOf, visible: null }, 'findings_worst_idx'],
    ['of one package', { asOf, visible: null, purl: 'pkg:npm/a' }, 'findings_purl_idx'],
    ['of one flaw', { asOf, visible: null, group: id }, 'findings_group_idx'],
  ] as const)('%s has its index, under row level security', async (_, filter, index) => {
    const { sql, parameters } = findingsQuery('acme', filter, 51, null);
    const plan = await scanner.transactions.run('acme', async (tx) => {
      // The tables of a test are so small that reading and sorting them whole is cheapest.
      const waysOut = index === 'findings_worst_idx' ? ['seqscan', 'bitmapscan', 'sort'] : ['seqscan'];
      for (const way of waysOut) await tx.query(`set local enable_${way} = off`);

      return tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, parameters);
    });
    const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(lines).toContain(index);
    expect(lines).not.toContain('Seq Scan on findings');
  });
});

describe('over HTTP', () => {
  it('another tenant sees nothing, not even that there is something', async () => {
    const { items } = await list('/api/v1/findings?limit=1');
    const foreign = await scanner.call(`/api/v1/findings/${items[0]!.id}`, { tenant: 'other' });
    expect(foreign.status).toBe(404);
    expect(await (await scanner.call('/api/v1/sboms', { tenant: 'other' })).json()).toEqual({
      items: [],
      nextCursor: null,
    });
    expect((await scanner.call(`/api/v1/findings/${items[0]!.id}`)).status).toBe(200);
  });

  it('a credential for one repository sees that one alone', async () => {
    const scope = { repositories: ['acme/elsewhere'], hosts: null };
    expect(await (await scanner.call('/api/v1/findings', { scope })).json()).toMatchObject({ items: [] });
    expect(await (await scanner.call('/api/v1/sboms', { scope })).json()).toMatchObject({ items: [] });
    expect(await (await scanner.call('/api/v1/components?purl=pkg:pypi/django', { scope })).json()).toMatchObject({
      items: [],
    });
    const own = { repositories: ['acme/*'], hosts: null };
    const seen = (await (await scanner.call('/api/v1/findings', { scope: own })).json()) as { items: unknown[] };
    expect(seen.items.length).toBeGreaterThan(0);
  });

  it('an SBOM is listed, its components are, and its bytes come back as they were sent', async () => {
    const bytes = anSbom('there-and-back', 'pkg:pypi/django@3.2.0', 'pkg:npm/lodash@4.17.20');
    await scanner.findingsOf(bytes);
    const { items } = (await (await scanner.call('/api/v1/sboms?limit=1')).json()) as { items: { id: string }[] };
    expect(items[0]).toMatchObject({ format: 'cyclonedx', components: 2, describes: { name: 'there-and-back' } });
    const here = `/api/v1/sboms/${items[0]!.id}`;
    const components = await list(`${here}/components`);
    expect(components.items).toHaveLength(2);
    expect(Buffer.from(await (await scanner.call(`${here}/document`)).arrayBuffer()).equals(bytes)).toBe(true);
    expect((await list('/api/v1/components?purl=pkg:npm/lodash')).items).toHaveLength(1);
  });

  it('a vulnerability is found by any of its ids, with those whom it affects', async () => {
    const { findings } = await scanner.findingsOf(anSbom('who', 'pkg:pypi/django@3.2.0'), onBranch('who'));
    const { vulnerabilityId, aliases } = findings[0]!;
    for (const id of [vulnerabilityId, vulnerabilityId.toLowerCase(), ...aliases]) {
      expect(await (await scanner.call(`/api/v1/vulnerabilities/${id}`)).json()).toMatchObject({ id: vulnerabilityId });
    }
    const affected = await list(`/api/v1/vulnerabilities/${vulnerabilityId}/affected`);
    expect(affected.items).toContainEqual(expect.objectContaining({ repo: 'shop', branch: 'who', findings: 1 }));
    expect((await scanner.call('/api/v1/vulnerabilities/CVE-1999-99999')).status).toBe(404);
  });

  it('what is wrong in a query is named', async () => {
    for (const query of ['severity=bad', 'limit=0', 'cursor=x', 'asOf=yesterday', 'epssMin=2', 'nonsense=1']) {
      expect((await scanner.call(`/api/v1/findings?${query}`)).status, query).toBe(422);
    }
  });

  it('every list says how many there are, where it is asked to', async () => {
    const { findings } = await scanner.findingsOf(anSbom('counted', 'pkg:pypi/django@3.2.0'), onBranch('counted'));
    const [flaw] = findings;
    const { items: sboms } = await list('/api/v1/sboms?limit=1');
    const paths = [
      '/api/v1/findings',
      '/api/v1/findings?status=resolved',
      '/api/v1/sboms',
      `/api/v1/sboms/${sboms[0]!.id}/components`,
      '/api/v1/components?purl=pkg:pypi/django',
      `/api/v1/vulnerabilities/${flaw!.vulnerabilityId}/affected`,
    ];
    for (const path of paths) {
      const whole = `${path}${path.includes('?') ? '&' : '?'}limit=500`;
      const { items, ...all } = await list(`${whole}&count=true`);
      const limited = await (await scanner.call(`${whole.replace('=500', '=1')}&count=true`)).json();
      expect([path, all]).toEqual([path, expect.objectContaining({ total: items.length })]);
      expect(limited).toMatchObject({ total: items.length });
      expect(await list(whole), path).not.toHaveProperty('total');
    }
    const scope = { repositories: ['acme/elsewhere'], hosts: null };
    for (const path of paths.filter((each) => !each.endsWith('/components'))) {
      const none = await scanner.call(`${path}${path.includes('?') ? '&' : '?'}count=true`, { scope });
      expect(await none.json(), path).toMatchObject({ total: 0, items: [] });
    }
  });

  it('engines and feeds tell what verdicts were made with', async () => {
    const engines = await list('/api/v1/engines');
    expect(engines.items[0]).toMatchObject({ name: 'assay-osv', data: { osv: expect.any(String) } });
    const feeds = await list('/api/v1/feeds');
    expect(feeds.items).toContainEqual(
      expect.objectContaining({ name: 'osv', records: 18_025, rejected: 0, lastError: null }),
    );
  });
});

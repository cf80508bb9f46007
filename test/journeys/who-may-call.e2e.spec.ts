import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { PlatformProcess } from './support/platform-process.js';

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { readonly 'x-assay-roles'?: readonly string[]; readonly summary?: string }>
  >;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
  readonly summary: string;
}

/** The routes of PatchHound, whose clients send no header: a token key or an admin key is a field of the query or the form. */
const patchHound = [
  ...['health-check', 'list-resources', 'get-resources', 'generate-pdf', 'exclusion-get'].map((path) => `GET ${path}`),
  ...['scan-sbom', 'sign-image', 'verify-image', 'sign-base-image', 'verify-base-image', 'exclusion-post'].map(
    (path) => `POST ${path}`,
  ),
  ...['create-token-key', 'change-key-status', 'remove-token-key', 'list-token-key'].map((path) => `POST ${path}`),
];

/** What is open at the door, as the credential is inside: `hostile-dialects.e2e.spec.ts` tries all of them without one. */
const openDoors = [
  ...patchHound.flatMap((route) => ['/v1/', '/api/v1/'].map((prefix) => route.replace(' ', ` ${prefix}`))),
  // A forge has no key of ours: the signature over its body is what lets it in.
  'POST /api/v1/change-hooks/{id}/events',
];

/** A path with something in each place: an id that is nobody's. */
function filled(path: string): string {
  return path
    .replace('{tool}', 'trivy')
    .replace('{digest}', `sha256:${'0'.repeat(64)}`)
    .replace(/\{index\}|\{case_?[iI]d\}/g, '999999')
    .replaceAll(/\{[^}]+\}/g, '01900000-0000-7000-8000-000000000000');
}

describe('every route of the OpenAPI document', () => {
  const platform = new PlatformProcess('all-in-one');
  let operations: Operation[] = [];
  const keys = new Map<string, string>();
  let foreignKey = '';

  beforeAll(async () => {
    await platform.start();
    const admin = new Api(platform, platform.adminKey);
    const { body } = await admin.get<OpenApi>('/openapi.json');
    operations = Object.entries(body.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        roles: operation['x-assay-roles'] ?? [],
        summary: operation.summary ?? '',
      })),
    );
    for (const role of ['viewer', 'agent', 'ci', 'analyst', 'admin']) {
      const made = await admin.post<{ key: string }>('/api/v1/api-keys', { name: role, role });
      keys.set(role, bodyOf(made, 201).key);
    }
    bodyOf(await admin.post('/api/v1/tenants', { slug: 'other', displayName: 'Other' }), 201);
    const foreign = await admin.call<{ key: string }>(
      'POST',
      '/api/v1/api-keys',
      { name: 'foreign', role: 'admin' },
      { 'x-tenant': 'other' },
    );
    foreignKey = bodyOf(foreign, 201).key;
  });
  afterAll(() => platform.remove());

  it('is known, in number', () => {
    expect(operations.length).toBeGreaterThan(50);
    expect(operations.filter(({ roles }) => roles.length === 0)).toEqual([]);
  });

  it('says what it does', () => {
    expect(operations.filter(({ summary }) => summary === '')).toEqual([]);
  });

  it('asks for a key at the door, but for those of which it is known why not', () => {
    const known = /^\/(livez|readyz|metrics|health|openapi\.json|docs|santamon|santamon\/health)?$/;
    const open = operations.filter(({ roles, path }) => roles.includes('public') && !known.test(path));
    expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([...openDoors].toSorted());
  });

  it('refuses a caller without a key', async () => {
    const stranger = new Api(platform, null);
    const open: string[] = [];
    for (const { method, path, roles } of operations.filter((operation) => !operation.roles.includes('public'))) {
      const { status } = await stranger.call(method, filled(path), method === 'GET' ? undefined : '{');
      if (status !== 401) open.push(`${method} ${path} (${roles.join()}) answers ${status}`);
    }
    expect(open).toEqual([]);
  });

  it('refuses a key whose role is too weak', async () => {
    const open: string[] = [];
    for (const [role, key] of keys) {
      const weak = new Api(platform, key);
      const closed = operations.filter(({ roles }) => !roles.includes('public') && !roles.includes(role));
      for (const { method, path } of closed) {
        const { status } = await weak.call(method, filled(path), method === 'GET' ? undefined : {});
        if (status !== 403) open.push(`${role}: ${method} ${path} answers ${status}`);
      }
    }
    expect(open).toEqual([]);
  });

  it('hides what belongs to another tenant as if it were not there', async () => {
    const admin = new Api(platform, platform.adminKey);
    const report = {
      SchemaVersion: 2,
      Results: [
        {
          Target: 'app',
          Vulnerabilities: [
            { VulnerabilityID: 'CVE-2021-44228', PkgName: 'log4j', InstalledVersion: '2.14.1', Severity: 'CRITICAL' },
          ],
        },
      ],
    };
    const sent = await admin.post<{
      receiptId: string;
      documents: { digest: string }[];
      result: { runId: string; caseId: number };
    }>('/api/v1/ingest/reports/trivy?repo=acme/hidden&branch=main&wait=60', report);
    expect(sent.status).toBe(200);
    const finding = (await admin.get<{ items: { id: string }[] }>('/api/v1/findings?repo=acme/hidden')).body.items[0]!;
    const attestation = (
      await admin.get<{ items: { id: string }[] }>(`/api/v1/attestations?digest=${sent.body.documents[0]!.digest}`)
    ).body.items[0]!;
    const places = [
      `/api/v1/receipts/${sent.body.receiptId}`,
      `/api/v1/cases/${sent.body.result.caseId}`,
      `/api/v1/runs/${sent.body.result.runId}`,
      `/api/v1/findings/${finding.id}`,
      `/api/v1/attestations/${attestation.id}`,
    ];
    const foreigner = new Api(platform, foreignKey);
    for (const place of places) {
      expect({ place, status: (await admin.get(place)).status }).toEqual({ place, status: 200 });
      expect({ place, status: (await foreigner.get(place)).status }).toEqual({ place, status: 404 });
    }
    for (const list of ['/api/v1/findings', '/api/v1/receipts', '/api/v1/sboms', '/api/v1/exceptions']) {
      expect((await foreigner.get<{ items: unknown[] }>(list)).body.items).toEqual([]);
    }
    expect((await foreigner.get('/api/v1/cases')).body).toEqual([]);
  });
});

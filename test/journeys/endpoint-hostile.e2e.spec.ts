import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Api, bodyOf } from './support/api.js';
import { leaks } from './support/hostile-forms.js';
import { openScapScan, results } from './support/patchmon-scans.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';

interface Enrolled {
  readonly id: string;
  readonly apiId: string;
  readonly apiKey: string;
}

interface Listed {
  readonly signals: readonly { readonly signal_id: string; readonly title: string; readonly context: object }[];
}

const agentRoutes = [
  ['GET', '/settings/update-interval'],
  ['GET', '/hosts/integrations'],
  ['POST', '/hosts/ping'],
  ['POST', '/hosts/integration-status'],
  ['POST', '/hosts/update'],
  ['GET', '/hosts/agent/version?arch=amd64&os=linux&type=go&currentVersion=2.0.1'],
  ['POST', '/integrations/docker'],
  ['GET', '/compliance/ssg-version'],
  ['GET', '/compliance/ssg-content/ssg-debian12-ds.xml'],
  ['POST', '/compliance/scans'],
] as const;

const xccdf = (inner: string, head = '', target = 'web-01'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${head}
<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2" id="xccdf_demo_benchmark_one">
  <Rule id="xccdf_demo_rule_one" severity="high"><title>${inner}</title></Rule>
  <TestResult id="xccdf_demo_testresult_one" start-time="2026-11-21T21:23:57+00:00" end-time="2026-11-21T21:23:58+00:00">
    <profile idref="xccdf_demo_profile_standard"/><target>${target}</target>
    <rule-result idref="xccdf_demo_rule_one" severity="high"><result>fail</result></rule-result>
  </TestResult>
</Benchmark>`;
const laughs = Array.from({ length: 12 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
const depth = 100_000;

const hostileXml: [string, string | Buffer][] = [
  ['an entity that is a file', xccdf('&x;', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>')],
  ['an entity that is an address', xccdf('&x;', '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>')],
  ['entities of entities', xccdf('&l12;', `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]>`)],
  ['an entity of itself', xccdf('&a;', '<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')],
  ['a parameter entity', xccdf('x', '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>')],
  ['elements without end', xccdf(`${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`)],
  ['half a document', xccdf('x').slice(0, 300)],
  ['no XML at all', '<!doctype html><script>alert(1)</script>'],
  ['nothing', ''],
];

/** `issues show 5`: whoever calls what agents call and is none, or a bad one. */
describe('hostile callers of what agents call', () => {
  const platform = new PlatformProcess('all-in-one', { env: { FEEDS_SEED: 'false' } });
  let admin: Api;
  let stranger: Api;
  let victim: Enrolled;
  let thief: Enrolled;
  let santamonKey = '';
  let foreignKey = '';

  beforeAll(async () => {
    await platform.start();
    admin = new Api(platform, platform.adminKey);
    bodyOf(await admin.post('/api/v1/tenants', { slug: 'other', displayName: 'Other' }), 201);
    const inOther = { 'x-tenant': 'other' };
    victim = bodyOf(await admin.post<Enrolled>('/api/v1/hosts', { hostname: 'web-01' }), 201);
    thief = bodyOf(await admin.post<Enrolled>('/api/v1/hosts', { hostname: 'web-02' }, inOther), 201);
    const key = async (body: object, headers = {}): Promise<string> =>
      bodyOf(await admin.post<{ key: string }>('/api/v1/api-keys', body, headers), 201).key;
    santamonKey = await key({ name: 'agents', kind: 'santamon' });
    foreignKey = await key({ name: 'agents', kind: 'santamon' }, inOther);
    stranger = new Api(platform, await key({ name: 'admin', role: 'admin' }, inOther));
    await waitUntil('compliance knows the host', async () => {
      return (await admin.get(`/api/v1/compliance/scans/${victim.id}`)).status === 200;
    });
  });
  afterAll(() => platform.remove());

  const asHost = (apiId: string, apiKey: string) => ({ 'x-api-id': apiId, 'x-api-key': apiKey });
  const scansOf = async (host: Enrolled, headers = {}): Promise<unknown[]> =>
    bodyOf(
      await admin.call<{ scans: unknown[] }>('GET', `/api/v1/compliance/scans/${host.id}`, undefined, headers),
      200,
    ).scans;
  const nobody = new Api(platform, null);

  it.each(agentRoutes)('have another host’s key, or another sort of key: %s %s', async (method, path) => {
    const body = method === 'POST' ? { scans: [openScapScan('level1_server', results({ fail: 1 }))] } : undefined;
    const call = (headers: Record<string, string>) =>
      nobody.call<{ error: string }>(method, `/api/v1${path}`, body, headers);
    const invalid = { status: 401, body: { error: 'Invalid API credentials' } };
    expect(await call(asHost(victim.apiId, thief.apiKey))).toMatchObject(invalid);
    expect(await call(asHost(thief.apiId, victim.apiKey))).toMatchObject(invalid);
    expect(await call(asHost(victim.apiId, santamonKey))).toMatchObject(invalid);
    expect(await call(asHost(victim.apiId, platform.adminKey))).toMatchObject(invalid);
    expect(await call({ 'x-api-id': victim.apiId })).toMatchObject({
      status: 401,
      body: { error: expect.any(String) },
    });
    // A key of agents that is bound to no host passes the door where no host is concerned, and gets nothing there.
    expect((await call({ 'x-api-key': foreignKey })).status).toBeGreaterThanOrEqual(400);
    expect(await scansOf(victim)).toEqual([]);
  });

  it('are hosts that submit for another: what comes is theirs, whatever the body says', async () => {
    const scan = openScapScan('level1_server', results({ fail: 2, pass: 1 }));
    const body = { scans: [scan], hostname: 'web-01', machine_id: 'x', host_id: victim.id };
    const sent = await nobody.post('/api/v1/compliance/scans', body, asHost(thief.apiId, thief.apiKey));
    expect(sent.status).toBe(200);
    const inOther = { 'x-tenant': 'other' };
    await waitUntil('it is recorded', async () => (await scansOf(thief, inOther)).length === 1);
    expect(await scansOf(victim)).toEqual([]);
  });

  it('are hosts and agents that read what people read, or admins of somebody else', async () => {
    const reads = [
      'compliance/dashboard',
      `compliance/scans/${victim.id}`,
      'hosts',
      'signals',
      'dead-letters',
      'api-keys',
    ];
    for (const path of reads) {
      for (const headers of [asHost(victim.apiId, victim.apiKey), { 'x-api-key': santamonKey }]) {
        const { status } = await nobody.call('GET', `/api/v1/${path}`, undefined, headers);
        expect({ path, isRefused: [401, 403].includes(status) }).toEqual({ path, isRefused: true });
      }
    }
    const notFound = { status: 404, body: { error: 'Host not found' } };
    for (const path of [`scans/${victim.id}`, `scans/${victim.id}/latest`, `trends/${victim.id}`])
      expect(await stranger.get(`/api/v1/compliance/${path}`)).toMatchObject({ status: 404 });
    for (const path of [`trigger/${victim.id}`, `cancel/${victim.id}`, `install-scanner/${victim.id}`])
      expect(await stranger.post(`/api/v1/compliance/${path}`, {})).toMatchObject(notFound);
    expect((await stranger.call('DELETE', `/api/v1/hosts/${victim.id}`)).status).toBe(404);
    expect((await stranger.get(`/api/v1/host-cases/${victim.id}`)).status).toBe(404);
    const { body } = await admin.get<{ items: unknown[] }>('/api/v1/compliance/commands');
    expect(body.items).toEqual([]);
  });

  it('come to a socket that is not theirs', async () => {
    for (const [apiId, apiKey] of [
      [victim.apiId, thief.apiKey],
      [thief.apiId, victim.apiKey],
      [victim.apiId, santamonKey],
      ['patchmon_0000000000000000', victim.apiKey],
    ] as const)
      expect(await knock(asHost(apiId, apiKey))).toBe(401);
    const watched = `/api/v1/ws/compliance-progress/${victim.apiId}/stream`;
    expect((await stranger.get(watched)).status).toBe(404);
    expect((await nobody.call('GET', watched, undefined, asHost(victim.apiId, victim.apiKey))).status).toBeGreaterThan(
      400,
    );
  });

  it('write frames that no agent writes: too large ones end their connection, others are nothing', async () => {
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/api/v1/agents/ws`, {
      headers: asHost(victim.apiId, victim.apiKey),
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.on('open', resolve));
    const nested = `{"type":"compliance_scan_progress","phase":${'['.repeat(20_000)}`;
    for (const frame of ['', '{', '[]', 'null', '"x"', '{"type":{}}', '{"type":"__proto__"}', nested])
      socket.send(frame);
    socket.send(Buffer.from([0xc3, 0x28, 0xff]));
    socket.send(JSON.stringify({ type: 'compliance_scan_progress', phase: 'started', apiId: thief.apiId }));
    socket.send(`"${'x'.repeat(600_000)}"`);
    expect(await closed).toBe(1009);
    expect((await admin.get('/readyz')).status).toBe(200);
    expect(await scansOf(victim)).toEqual([]);
  });

  it('send signals that are too long, or no text: kept as far as they can be, and answered', async () => {
    const agent = new Api(platform, santamonKey);
    const signal = { ts: new Date().toISOString(), rule_id: 'H-1', severity: 'low', title: 'x', tags: null };
    const long = { ...signal, signal_id: 'long', host_id: 'mac-h', context: { text: 'é'.repeat(100_000) } };
    const reply = await agent.post('/ingest', long);
    expect(reply).toMatchObject({ status: 200, body: { signal_id: 'long', mended: ['context'] } });
    const [before, after] = JSON.stringify({
      ...signal,
      signal_id: 'bytes',
      host_id: 'mac-h',
      context: {},
      title: '@',
    }).split('@') as [string, string];
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]);
    expect((await agent.post('/ingest', bytes)).status).toBe(200);
    const found = await waitUntil('both are listed', async () => {
      const { body } = await admin.get<Listed>('/signals?host_id=mac-h');
      return body.signals.length === 2 && body.signals;
    });
    expect(JSON.stringify(found).length).toBeLessThan(60_000);
    expect(found.find(({ signal_id }) => signal_id === 'bytes')?.title).toContain('\uFFFD');
    const foreign = await stranger.get<Listed>('/signals?host_id=mac-h&status=all');
    expect(foreign.body.signals).toEqual([]);
    for (const body of ['{"signal_id":', '', '[]', '"x"', '{"a":'.repeat(100_000)]) {
      const refused = await agent.post<{ detail: unknown }>('/ingest', body, { 'content-type': 'application/json' });
      expect({ body: body.slice(0, 20), status: refused.status }).toEqual({ body: body.slice(0, 20), status: 422 });
      expect(refused.body.detail).toBeDefined();
      expect(JSON.stringify(refused.body)).not.toMatch(leaks);
    }
  });

  it.each(hostileXml)('send results of benchmarks with %s', async (_, document) => {
    const before = await scansOf(victim);
    const headers = { 'content-type': 'application/xml' };
    const reply = await admin.post<Record<string, unknown>>('/api/v1/ingest/xccdf?wait=20', document, headers);
    const said = JSON.stringify(reply.body);
    expect(said).not.toMatch(leaks);
    expect(said).not.toContain('root:');
    expect([400, 413, 415, 422]).toContain(reply.status);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body).toMatchObject({ status: reply.status, code: expect.any(String) as string });
    expect(await scansOf(victim)).toEqual(before);
  });

  it.each([
    '..%2f..%2fsecrets%2fmaster-key',
    '%2e%2e%2fadmin-key',
    '..%5cadmin-key',
    'ssg-..-ds.xml',
    'ssg-x%00-ds.xml',
  ])('ask for %s instead of the scanner’s content', async (name) => {
    const path = `/api/v1/compliance/ssg-content/${name}`;
    const reply = await nobody.call<{ error: string }>('GET', path, undefined, asHost(victim.apiId, victim.apiKey));
    expect({ name, isRefused: [400, 404, 503].includes(reply.status) }).toEqual({ name, isRefused: true });
    expect(JSON.stringify(reply.body)).not.toContain(platform.adminKey);
    expect(JSON.stringify(reply.body)).not.toMatch(leaks);
  });

  it('leave nothing half done: no command, no scan of theirs, and a host that goes on', async () => {
    expect(bodyOf(await admin.get<{ count: number }>('/api/v1/compliance/scans/active'), 200).count).toBe(0);
    const body = { scans: [openScapScan('level1_server', results({ pass: 3, fail: 1 }))] };
    const sent = await nobody.post('/api/v1/compliance/scans', body, asHost(victim.apiId, victim.apiKey));
    expect(sent).toMatchObject({ status: 200, body: { scans_received: 1 } });
    await waitUntil('it is recorded', async () => (await scansOf(victim)).length === 1);
  });

  /** The status with which a socket is refused; 101 if it opens. */
  function knock(headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/api/v1/agents/ws`, { headers });
      socket.on('unexpected-response', (_, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('error', reject);
    });
  }
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anSbom, type Gateway, Installation } from './harness.js';
import { PatchHoundClient } from './patchhound-client.js';
import { aScan, ScanBench } from './patchhound-scans.js';

/** Titles are the lines of `wire/patchhound.md` §12; each shows that it is not so here. */
let bench: ScanBench;
let token: string;
beforeAll(async () => {
  bench = await ScanBench.start({ INGEST_MAX_DOCUMENT_BYTES: '1MiB' });
  token = await bench.client.tokenFor('acme');
});
afterAll(() => bench.stop());

describe('security', () => {
  it('tokens are stored in clear: a database read gives all of them', async () => {
    const tables = await bench.installation.rows<{ text: string }>(
      `select coalesce(json_agg(c), '[]')::text || (select coalesce(json_agg(o.envelope), '[]')::text from outbox o) as text
         from credentials c`,
    );
    expect(tables[0]!.text).toContain(token.slice(0, 8));
    expect(tables[0]!.text).not.toContain(token);
  });

  it('webhook URL is caller supplied: nothing here calls it, and nothing holds it in clear', async () => {
    const { received } = await bench.judged(token, { alert_system_webhook: 'http://169.254.169.254/latest/SECRET' });
    expect(JSON.stringify(received)).not.toContain('SECRET');
    const rows = await bench.installation.rows<{ text: string }>(
      `select (select json_agg(r)::text from patchhound_repositories r) || (select json_agg(r)::text from patchhound_runs r) as text`,
    );
    expect(rows[0]!.text).not.toContain('SECRET');
  });

  it('no body size limit on uploads: one request can exhaust memory or disk', async () => {
    const tooLarge = aScan(token, { sbom: new Blob([anSbom('x'.repeat(2_000_000))]) });
    const answer = await bench.client.form('scan-sbom', tooLarge);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
    const form = await bench.client.post('create-token-key', { api_key: 'x'.repeat(100_000) });
    expect([form.status, JSON.parse(form.text)]).toEqual([413, { error: expect.any(String) }]);
    const exclusions = await bench.client.form('exclusion-post', {
      token,
      current_repo: 'acme/x',
      new_exclusion_file: new Blob(['x'.repeat(2_000_000)]),
    });
    expect(exclusions.status).toBe(413);
  });

  it('500 replies contain scanner command lines and stderr: internal paths leak', async () => {
    const { received, tenant, waiting } = await bench.accepted(token);
    const inside = 'ENOENT: /srv/assay/data/spool/7 at Scanner.run (/srv/assay/scanner.js:7)';
    await bench.services.failed(
      received.receiptId,
      'index',
      { code: 'kernel.unexpected', message: inside, kind: 'bug', fields: [] },
      tenant,
    );
    const { status, text } = await waiting;
    expect(status).toBe(500);
    expect(text).toBe('{"error":"Grype scan failed","details":"The documents could not be processed","return_code":1}');
  });

  it('current_repo goes into paths unchecked: write outside the data folder', async () => {
    const before = readdirSync(bench.installation.dataDir).toSorted();
    const { received } = await bench.judged(token, { current_repo: '../../../../escaped/repo' });
    expect(received.subject).toMatchObject({ org: '../../../../escaped', repo: 'repo' });
    expect(readdirSync(bench.installation.dataDir).toSorted()).toEqual(before);
    expect(existsSync(join(bench.installation.dataDir, '../../../../escaped'))).toBe(false);
    for (const current_repo of ['a\u0000b', `x/${'y'.repeat(500)}`]) {
      const refused = await bench.client.form('scan-sbom', aScan(token, { current_repo }));
      expect([refused.status, JSON.parse(refused.text)]).toEqual([400, { error: expect.any(String) }]);
    }
  });

  it('unauthenticated uploads stay out of sight, and out of the store', async () => {
    const count = async () => bench.installation.rows('select id from receipts');
    const before = await count();
    const answer = await bench.client.form('scan-sbom', aScan('1f0c6d9e-6a55-4a5e-9c1e-2b8f6f0a7d11'));
    expect(answer.status).toBe(401);
    expect(await count()).toEqual(before);
  });
});

describe('correctness', () => {
  it.each(['', '{', 'null', '[[[', '{"a":{}}', '7'])(
    'malformed sast_ruleset or scan_root gives an unhandled 500: %j',
    async (text) => {
      const fields = { sast_ruleset: text, scan_root: text, tool_versions: text };
      expect((await bench.judged(token, fields)).answer.status).toBe(200);
    },
  );

  it('empty webhook or empty threshold field makes the scan silently lost', async () => {
    const { received, tenant } = await bench.judged(token, { alert_system_webhook: '', fail_on_severity: '' });
    const rows = await bench.installation.rows<{ tenant: string }>('select tenant from receipts where id = $1', [
      received.receiptId,
    ]);
    expect(rows).toEqual([{ tenant }]);
  });

  it('two scans of one repo in a second overwrite each other', async () => {
    const answers = [];
    for (let scan = 0; scan < 5; scan++) answers.push(await bench.judged(token, { current_repo: 'acme/fast' }));
    const names = answers.map(({ received }) => received.context!.name);
    expect(new Set(names).size).toBe(5);
    expect(names.toSorted()).toEqual(names);
  });

  it('scans of many clients at once get names of their own', async () => {
    const scans = Array.from({ length: 8 }, () =>
      bench.client.form('scan-sbom', aScan(token, { current_repo: 'acme/many' })),
    );
    await expect
      .poll(() => bench.installation.rows(`select name from patchhound_runs where repo_key = 'acme_many'`))
      .toHaveLength(8);
    await bench.gateway.stop();
    // Who waits while a gateway ends is told so; the scans themselves are accepted.
    for (const { status } of await Promise.all(scans)) expect(status).toBe(504);
  });
});

describe('the admin key is compared with ordinary equality, no attempt limit', () => {
  let installation: Installation;
  let gateway: Gateway;
  beforeAll(async () => {
    installation = await Installation.make();
    gateway = await installation.gateway();
  });
  afterAll(() => installation.stop());

  it('who guesses is not listened to any more, not even with the right key', async () => {
    const client = new PatchHoundClient(gateway);
    for (let guess = 0; guess < 20; guess++) {
      expect((await client.post('list-token-key', { api_key: `guess-${guess}` })).status).toBe(401);
    }
    const answer = await client.post('list-token-key', { api_key: gateway.adminKey });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([429, { error: expect.any(String) }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(
      await installation.rows(`select 1 from outbox where envelope::jsonb->>'type' = 'ingest.access.denied.v1'`),
    ).not.toEqual([]);
  });
});

describe('parts of error output are HTML, parts text, parts JSON', () => {
  let installation: Installation;
  let gateway: Gateway;
  beforeAll(async () => {
    installation = await Installation.make();
    gateway = await installation.gateway();
  });
  afterAll(() => installation.stop());

  it.each([
    ['GET', 'health-check'],
    ['GET', 'list-resources'],
    ['GET', 'get-resources'],
    ['GET', 'generate-pdf'],
    ['GET', 'exclusion-get'],
    ['POST', 'scan-sbom'],
    ['POST', 'sign-image'],
    ['POST', 'verify-image'],
    ['POST', 'sign-base-image'],
    ['POST', 'verify-base-image'],
    ['POST', 'exclusion-post'],
  ])('%s %s answers a stranger in JSON', async (method, path) => {
    for (const prefix of ['/v1', '/api/v1']) {
      const response = await fetch(`${gateway.url}${prefix}/${path}`, { method });
      expect([response.status, await response.text()]).toEqual([401, '{"error":"Token missing"}']);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  it('and who is known, when a service is away', async () => {
    const client = new PatchHoundClient(gateway);
    const token = await client.tokenFor('acme');
    const answer = await client.get('exclusion-get', { token, current_repo: 'acme/shop' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
  });
});

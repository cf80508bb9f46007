import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureOf } from './support/fixture-files.js';
import { extractedNames, namesInZip, PatchHoundCli } from './support/patchhound-cli.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';

interface Scanned {
  readonly vulns_cyclonedx_json: {
    readonly bomFormat: string;
    readonly specVersion: string;
    readonly components: { readonly purl?: string }[];
    readonly vulnerabilities: {
      readonly id: string;
      readonly ratings: { readonly severity: string; readonly score?: number }[];
      readonly description: string;
      readonly affects: { readonly ref: string }[];
      readonly references: { readonly url: string }[];
    }[];
  };
  readonly prio_vulns: {
    readonly version: string;
    readonly release_date: string;
    readonly prioritized_vulns: Record<string, { readonly cveID: string; readonly vendorProject: string }[]>;
  };
  readonly path_to_resources_token: string;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const stem = 'acme_shop-api';
const image = `registry.example/acme/app@sha256:${'1'.repeat(64)}`;
const otherImage = `registry.example/acme/app@sha256:${'2'.repeat(64)}`;

describe("PatchHound's command line", () => {
  const platform = new PlatformProcess('all-in-one');
  let cli: PatchHoundCli;
  let scanned: Scanned;
  /** As the user finds it in path_to_resources_token.txt. */
  let pasted = '';

  const file = async (name: string, where: { latest?: boolean; repo?: boolean } = {}): Promise<Buffer> => {
    const { status, body, text } = await cli.resources('get-resources', pasted, { ...where, files: [name] });
    expect(status, text.slice(0, 200)).toBe(200);
    return body;
  };
  const json = async <Content>(name: string, where: { latest?: boolean; repo?: boolean } = {}): Promise<Content> =>
    JSON.parse((await file(name, where)).toString('utf8')) as Content;

  beforeAll(async () => {
    await platform.start();
    cli = new PatchHoundCli(platform.url);
  });
  afterAll(async () => {
    cli.remove();
    await platform.remove();
  });

  it('token-key create, list, change: a key that its own commands then use', async () => {
    const admin = { api_key: platform.adminKey };
    const made = await cli.post('create-token-key', { ...admin, organization: 'acme', expiration_days: '30' });
    const key = /Key: ([0-9a-f-]{36})/.exec(made.text)?.[1];
    expect(made.text).toMatch(/^Token Key Created For: acme Key: [0-9a-f-]{36} Expires: \d{4}-\d\d-\d\d$/);
    cli.token = key!;
    const listed = await cli.post('list-token-key', admin);
    expect(JSON.parse(listed.text)).toEqual([
      { token_key: expect.any(String), organization: 'acme', expiration_date: expect.any(String), enabled: 1 },
    ]);
    const change = { ...admin, token: cli.token };
    expect((await cli.form('change-key-status', { ...change, instructions: 'disable' })).text).toBe(
      'Token key disabled',
    );
    expect((await cli.get('health-check', { token: cli.token })).status).toBe(401);
    expect((await cli.form('change-key-status', { ...change, instructions: 'enable' })).text).toBe('Token key enabled');
    const spare = await cli.post('create-token-key', { ...admin, organization: 'acme', expiration_days: '1' });
    const token_key = /Key: (\S+)/.exec(spare.text)![1]!;
    expect((await cli.post('remove-token-key', { ...admin, token_key })).text).toBe('Token key removed');
  });

  it('health: what both generations search for is there', async () => {
    const { text } = await cli.get('health-check', { token: cli.token });
    expect(text).toMatch(/"status"\s*:\s*"ok"/i);
    expect(text).toContain('"status":"ok"');
  });

  it('scan: what its own gate reads', async () => {
    // The first scan may come before the advisories that the product brings along are read.
    const { status, text } = await waitUntil('the advisories are there', async () => {
      const answer = await cli.scan();
      return answer.text.includes('CVE-2018-3721') && answer;
    });
    expect(status).toBe(200);
    scanned = JSON.parse(text) as Scanned;
    const { vulns_cyclonedx_json: vulns, prio_vulns: prio } = scanned;
    expect(vulns).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(vulns.components.map(({ purl }) => purl)).toContain('pkg:npm/lodash@4.17.4');
    for (const { ratings, description, affects, references } of vulns.vulnerabilities) {
      expect(ratings).toHaveLength(1);
      expect(ratings[0]!.severity).toMatch(/^(critical|high|medium|low|unknown)$/);
      expect(description).not.toBe('');
      expect(affects[0]!.ref).toMatch(/^pkg:npm\//);
      expect(references[0]!.url).toMatch(/^https?:/);
    }
    expect(prio.version).toMatch(/^\d{4}\.\d\d\.\d\d$/);
    expect(prio.prioritized_vulns).toMatchObject({
      matched_grype_vulnerabilities: [{ cveID: 'CVE-2020-11023', vendorProject: 'JQuery' }],
      matched_trivy_vulnerabilities: [],
    });
    pasted = Buffer.from(scanned.path_to_resources_token)
      .toString('base64')
      .replaceAll(/(.{70})/g, '$1\n');
  });

  it('scan of the brief era: without the fields that came later', async () => {
    const later = {
      tool_versions: undefined,
      scan_root: undefined,
      sast_ruleset: undefined,
      fail_on_severity: undefined,
    };
    const { status, text } = await cli.scan({ ...later, current_repo: 'acme/brief-era', commit_sha: 'Null' });
    expect(status, text.slice(0, 300)).toBe(200);
    expect((JSON.parse(text) as Scanned).vulns_cyclonedx_json.vulnerabilities.length).toBeGreaterThan(0);
  });

  it('scan with both tools switched off', async () => {
    const { status, text } = await cli.scan({
      current_repo: 'acme/sbom-only',
      sast_report: cli.asNewFile('sast_report.json', '{"SAST_SCAN":false,"results":[]}'),
      trivy_report: cli.asNewFile('trivy_report.json', '{"TRIVY_SCAN":false,"Results":[]}'),
      sast_ruleset: '[""]',
    });
    expect(status, text.slice(0, 300)).toBe(200);
    const token = (JSON.parse(text) as Scanned).path_to_resources_token;
    const summary = await cli.resources('get-resources', Buffer.from(token).toString('base64'), {
      files: ['acme_sbom-only_summary_report.json'],
    });
    expect((JSON.parse(summary.text) as { vulnerabilities: object[] }).vulnerabilities).toEqual(
      expect.arrayContaining([
        { source: 'semgrep', status: 'scan skipped', reason: 'SAST_SCAN=false' },
        { source: 'trivy', status: 'scan skipped', reason: 'TRIVY_SCAN=false' },
      ]),
    );
  });

  it('resource list: names that its pattern extracts, and no private key among them', async () => {
    const { text } = await cli.resources('list-resources', pasted);
    expect(text).not.toContain('\n');
    const names = extractedNames(text);
    expect(names).toEqual((JSON.parse(text) as { files: string[] }).files);
    expect(names).toEqual(
      expect.arrayContaining([
        `${stem}_syft_sbom_cyclonedx.json`,
        `${stem}_syft_sbom_cyclonedx.json.att`,
        `${stem}_syft_sbom_cyclonedx.json_att.sig`,
        `${stem}_semgrep_sast_report.json`,
        `${stem}_trivy_report.json`,
        `${stem}_trivy_report.json.att`,
        `${stem}_trivy_report.json_att.sig`,
        `${stem}_grype_vulns_cyclonedx.json`,
        `${stem}_prio_vuln_data.json`,
        `${stem}_summary_report.json`,
        `${stem}_audit_trail.json`,
        `${stem}_fail_on_severity.json`,
        `${stem}.pub`,
      ]),
    );
    expect(names.filter((name) => name.endsWith('.key'))).toEqual([]);
  });

  it('resource get: everything in one flat archive, one file as it was sent', async () => {
    const all = await cli.resources('get-resources', pasted);
    expect(namesInZip(all.body)).toEqual(extractedNames((await cli.resources('list-resources', pasted)).text));
    expect(await file(`${stem}_syft_sbom_cyclonedx.json`)).toEqual(
      fixtureOf('test/fixtures/patchhound/sbom.cyclonedx.json'),
    );
    expect(await json(`${stem}_fail_on_severity.json`)).toEqual({ fail_on_severity: 'HIGH' });
    expect(await json(`${stem}_grype_vulns_cyclonedx.json`)).toEqual(scanned.vulns_cyclonedx_json);
    expect((await cli.resources('get-resources', pasted, { files: ['nothing.json'] })).status).toBe(404);
  });

  it('resource get: attestations that an outsider verifies with the public key alone', async () => {
    const key = createPublicKey(await file(`${stem}.pub`));
    for (const document of ['syft_sbom_cyclonedx.json', 'trivy_report.json']) {
      const envelope = await file(`${stem}_${document}.att`);
      const signature = Buffer.from((await file(`${stem}_${document}_att.sig`)).toString('utf8'), 'base64');
      expect(verify('sha256', envelope, key, signature)).toBe(true);
      expect(JSON.parse(envelope.toString('utf8'))).toMatchObject({ payloadType: 'application/vnd.in-toto+json' });
    }
  });

  it('resource get: an audit trail in its words, and the packages of syft', async () => {
    const trail = await json<{ action: string; timestamp: string }[]>(`${stem}_audit_trail.json`);
    const actions = trail.map(({ action }) => action);
    for (const action of ['SCAN_START', 'GRYPE_SCAN', 'KEV_CATALOG', 'SBOM_ATTESTATION', 'VULN_COUNT']) {
      expect(actions).toContain(action);
    }
    expect(trail.every(({ timestamp }) => /\.\d{6}Z$/.test(timestamp))).toBe(true);
    const { packages } = await json<{ packages: object[] }>(`${stem}_summary_report.json`);
    expect(packages).toContainEqual(
      expect.objectContaining({
        source: 'syft',
        name: 'lodash',
        purl: 'pkg:npm/lodash@4.17.4',
        language: 'javascript',
        found_by: 'javascript-lock-cataloger',
        locations: ['/package-lock.json'],
      }),
    );
  });

  it('resource get: a history whose hashes are those of the files', async () => {
    const history = await json<Record<string, Record<string, unknown>>[]>(`${stem}_repo_history.json`, { repo: true });
    const [[name, entry]] = Object.entries(history.at(-1)!) as [[string, Record<string, unknown>]];
    expect(entry).toMatchObject({
      timestamp: name,
      syft_sbom_hash: sha256(await file(`${stem}_syft_sbom_cyclonedx.json`)),
      trivy_sbom_hash: sha256(await file(`${stem}_trivy_report.json`)),
      audit_trail_hash: sha256(await file(`${stem}_audit_trail.json`, { latest: true })),
      summary_report_hash: sha256(await file(`${stem}_summary_report.json`, { latest: true })),
      attestation: {
        syft_sbom_att_hash: sha256(await file(`${stem}_syft_sbom_cyclonedx.json.att`)),
        syft_attestation_verified: true,
        trivy_attestation_verified: true,
      },
      vulnerabilities: expect.objectContaining({ kev_vuln_counter: 1, sast_issue_count: 3, misconf_counter: 1 }),
    });
  });

  it('exclusion edit: the finding moves, and the history says so', async () => {
    const where = { token: cli.token, current_repo: 'acme/shop-api' };
    expect(await cli.get('exclusion-get', where)).toMatchObject({
      status: 404,
      text: '{"error":"exclusion file missing"}',
    });
    const edited = {
      vulnerability_id: 'CVE-2018-3721',
      scope: 'shop-api',
      public_comment: 'not reachable',
      private_comment: 'ticket SEC-7',
    };
    const posted = await cli.form('exclusion-post', {
      ...where,
      new_exclusion_file: cli.asNewFile('tmp.k3Jd0', JSON.stringify({ exclusions: [edited] })),
    });
    expect(posted).toMatchObject({ status: 200, text: '{"info":"exclusion file updated"}' });
    for (const current_repo of ['acme/shop-api', stem]) {
      expect(JSON.parse((await cli.get('exclusion-get', { ...where, current_repo })).text)).toEqual({
        exclusions: [edited],
      });
    }
    const summary = await json<Record<string, { id: string }[]>>(`${stem}_summary_report.json`);
    expect(summary['exclusions']).toEqual([expect.objectContaining({ id: 'CVE-2018-3721', ...withoutId(edited) })]);
    expect(summary['vulnerabilities']!.map(({ id }) => id)).not.toContain('CVE-2018-3721');
    expect(summary['counters']).toMatchObject({ excluded_vuln_counter: 1 });
    const history = await json<Record<string, Record<string, unknown>>[]>(`${stem}_repo_history.json`, { repo: true });
    expect(Object.values(history.at(-1)!)[0]).toMatchObject({
      summary_report_hash: sha256(await file(`${stem}_summary_report.json`, { latest: true })),
    });
  });

  it('resource pdf: a signed report under the name that the server gives', async () => {
    const { name, body } = await cli.pdf(scanned.path_to_resources_token);
    expect(name).toMatch(/pdf_report_bundle\.zip$/);
    expect(namesInZip(body)).toEqual([
      `${stem}_pdf_summary_report.pdf`,
      `${stem}_pdf_summary_report.pdf.sig`,
      `${stem}.pub`,
      `${stem}_pdf_digest.txt`,
    ]);
    const bare = await cli.pdf(scanned.path_to_resources_token, '&format=pdf');
    expect(bare.body.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('image sign and verify: the one that was signed, and no other', async () => {
    const signed = await cli.form('sign-image', {
      token: cli.token,
      current_repo: 'acme/shop-api',
      image_digest: image,
      alert_system_webhook: '',
    });
    expect(JSON.parse(signed.text)).toMatchObject({ message: 'image signed', status: 200 });
    const { path_to_resources_token } = JSON.parse(signed.text) as Scanned;
    const claim = { token: cli.token, path_to_resources_token };
    expect(await cli.form('verify-image', { ...claim, image_digest: image })).toMatchObject({
      status: 200,
      text: '{"verify_image_status":"image verified and is trusted"}',
    });
    expect(await cli.form('verify-image', { ...claim, image_digest: otherImage })).toMatchObject({
      status: 422,
      text: '{"verify_image_status":"image verification mismatch and is not trusted"}',
    });
  });

  it('resource get: the record of a signed image', async () => {
    const fields = { token: cli.token, current_repo: 'acme/shop-api', image_digest: image };
    const signed = JSON.parse((await cli.form('sign-image', fields)).text) as Scanned;
    const token = Buffer.from(signed.path_to_resources_token).toString('base64');
    const names = ['image_digest.txt', 'image.sig', 'audit_trail.json'].map((end) => `${stem}_${end}`);
    expect(extractedNames((await cli.resources('list-resources', token)).text).toSorted()).toEqual(
      [...names, `${stem}.pub`].toSorted(),
    );
    const of = async (name: string) => (await cli.resources('get-resources', token, { files: [name] })).text;
    const signature = Buffer.from(await of(`${stem}_image.sig`), 'base64');
    const digest = Buffer.from(await of(`${stem}_image_digest.txt`));
    expect(digest.toString()).toBe(image);
    expect(verify('sha256', digest, createPublicKey(await of(`${stem}.pub`)), signature)).toBe(true);
    expect(await of(`${stem}_audit_trail.json`)).toContain('"action":"IMAGE_SIGNING"');
  });

  it('base-image sign and verify: names as people type them, slashes and all', async () => {
    const named = { token: cli.token, image_name: 'registry.example/acme/base/node:24' };
    const signed = await cli.form('sign-base-image', { ...named, image_digest: image });
    expect(signed).toMatchObject({ status: 200, text: '{"message":"image signed","status":200}' });
    expect((await cli.form('verify-base-image', { ...named, image_digest: image })).status).toBe(200);
    expect((await cli.form('verify-base-image', { ...named, image_digest: otherImage })).status).toBe(422);
    await cli.form('sign-base-image', { ...named, image_digest: otherImage });
    expect((await cli.form('verify-base-image', { ...named, image_digest: otherImage })).status).toBe(200);
  });
});

function withoutId({ vulnerability_id: _id, ...rest }: Record<string, string>): Record<string, string> {
  return rest;
}

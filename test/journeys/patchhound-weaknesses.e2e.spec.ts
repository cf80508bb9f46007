import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractedNames, namesInZip, PatchHoundCli } from './support/patchhound-cli.js';
import { PlatformProcess } from './support/platform-process.js';

interface Scanned {
  readonly path_to_resources_token: string;
}

const image = `registry.example/base@sha256:${'1'.repeat(64)}`;
const forged = `registry.example/base@sha256:${'2'.repeat(64)}`;
/** How the names of all files of a scan end. */
const wholeSet = [
  '_syft_sbom_cyclonedx.json',
  '_syft_sbom_cyclonedx.json.att',
  '_syft_sbom_cyclonedx.json_att.sig',
  '_semgrep_sast_report.json',
  '_trivy_report.json',
  '_trivy_report.json.att',
  '_trivy_report.json_att.sig',
  '_grype_vulns_cyclonedx.json',
  '_prio_vuln_data.json',
  '_summary_report.json',
  '_audit_trail.json',
  '_fail_on_severity.json',
  '.pub',
];
const flags = { latest_resource: 'false', repo_resources: 'false' };

/** Titles are lines of `wire/patchhound.md` §12 that take the whole platform to show that they are not so here. */
describe('what PatchHound is known to be weak in', () => {
  const platform = new PlatformProcess('split', { env: { LOG_LEVEL: 'debug', FEEDS_SEED: 'false' } });
  let acme: PatchHoundCli;
  let globex: PatchHoundCli;
  let path = '';
  let pasted = '';

  const tokenFor = async (organization: string): Promise<string> => {
    const fields = { api_key: platform.adminKey, organization, expiration_days: '30' };
    const made = await acme.post('create-token-key', fields);
    return /Key: (\S+)/.exec(made.text)?.[1] ?? made.text;
  };

  beforeAll(async () => {
    await platform.start();
    acme = new PatchHoundCli(platform.url);
    acme.token = await tokenFor('acme');
    globex = new PatchHoundCli(platform.url, await tokenFor('globex'));
    const scanned = await acme.scan();
    path = (JSON.parse(scanned.text) as Scanned).path_to_resources_token;
    pasted = Buffer.from(path).toString('base64');
  });
  afterAll(async () => {
    acme.remove();
    globex.remove();
    await platform.remove();
  });

  it('get-resources joins file_name to a path unchecked: any file of the server can be read', async () => {
    for (const file_name of [
      '../../../../etc/passwd',
      '/etc/passwd',
      '..%2f..%2fadmin-key',
      'admin-key',
      '....//admin-key',
      'acme_shop-api_summary_report.json/../../admin-key',
      'acme_shop-api.key',
    ]) {
      const answer = await acme.get('get-resources', {
        token: acme.token,
        path_to_resources_token: path,
        ...flags,
        file_name,
      });
      expect([file_name, answer.status, answer.text]).toEqual([file_name, 404, '{"error":"No such file"}']);
    }
  });

  it('private signing keys are stored next to the data and handed out by a plain get-resources', async () => {
    const all = await acme.resources('get-resources', pasted);
    expect(namesInZip(all.body)).toContain('acme_shop-api.pub');
    expect(namesInZip(all.body).filter((name) => name.endsWith('.key'))).toEqual([]);
    const key = await acme.resources('get-resources', pasted, { files: ['acme_shop-api.pub'] });
    expect(key.text).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it('path tokens cannot be confined: a leaked one is good as long as the scan exists', async () => {
    for (const route of ['list-resources', 'get-resources', 'generate-pdf']) {
      const query = { token: globex.token, path_to_resources_token: path, ...flags };
      expect(await globex.get(route, query)).toMatchObject({ status: 404, text: '{"error":"invalid jwt token"}' });
      const bare = await acme.get(route, { path_to_resources_token: path, ...flags });
      expect(bare).toMatchObject({ status: 401, text: '{"error":"Token missing"}' });
      const changed = { ...query, token: acme.token, path_to_resources_token: `${path.slice(0, -3)}AAA` };
      expect((await acme.get(route, changed)).text).toBe('{"error":"invalid jwt token"}');
    }
  });

  it('base-image vault is shared by all organisations: any tenant can replace another one', async () => {
    const name = { image_name: 'docker.io/library/node:24' };
    await acme.form('sign-base-image', { token: acme.token, ...name, image_digest: image });
    await globex.form('sign-base-image', { token: globex.token, ...name, image_digest: forged });
    const verified = async (cli: PatchHoundCli, image_digest: string) =>
      (await cli.form('verify-base-image', { token: cli.token, ...name, image_digest })).status;
    expect(await verified(acme, image)).toBe(200);
    expect(await verified(acme, forged)).toBe(422);
    expect(await verified(globex, forged)).toBe(200);
  });

  it('exclusions of one organization are none of another', async () => {
    const current_repo = '../../acme/shop-api';
    const file = acme.asNewFile('tmp.x', '{"exclusions":[{"vulnerability":"CVE-2031-1","comment":"ours"}]}');
    const posted = await acme.form('exclusion-post', { token: acme.token, current_repo, new_exclusion_file: file });
    expect(posted.text).toBe('{"info":"exclusion file updated"}');
    expect((await acme.get('exclusion-get', { token: acme.token, current_repo })).status).toBe(200);
    expect((await globex.get('exclusion-get', { token: globex.token, current_repo })).status).toBe(404);
  });

  it('upstream does not validate an exclusion file; a JSON error gives 500', async () => {
    for (const content of ['{', '[]', '{"exclusions":[{}]}', '{"exclusions":[{"vulnerability_id":7}]}']) {
      const new_exclusion_file = acme.asNewFile('tmp.y', content);
      const refused = await acme.form('exclusion-post', {
        token: acme.token,
        current_repo: 'acme/y',
        new_exclusion_file,
      });
      expect([content, refused.status, Object.keys(JSON.parse(refused.text) as object)]).toEqual([
        content,
        400,
        ['error'],
      ]);
    }
  });

  it('at least two seconds of sleeping per written file: long lock times per repo', async () => {
    const current_repo = 'acme/busy';
    const both = await Promise.all([1, 2].map((n) => acme.scan({ current_repo, commit_sha: `${n}`.repeat(40) })));
    const tokens = both.map(({ status, text }) => {
      expect(status, text.slice(0, 300)).toBe(200);
      return Buffer.from((JSON.parse(text) as Scanned).path_to_resources_token).toString('base64');
    });
    const lists = await Promise.all(tokens.map((token) => acme.resources('list-resources', token)));
    for (const list of lists) {
      expect(extractedNames(list.text).toSorted()).toEqual(wholeSet.map((end) => `acme_busy${end}`).toSorted());
    }
    const archives = await Promise.all(tokens.map((token) => acme.resources('get-resources', token)));
    for (const { body } of archives) expect(namesInZip(body)).toHaveLength(wholeSet.length);
    const history = await acme.resources('get-resources', tokens[0]!, {
      repo: true,
      files: ['acme_busy_repo_history.json'],
    });
    const commits = (JSON.parse(history.text) as Record<string, { commit_sha: string }>[])
      .flatMap((entry) => Object.values(entry))
      .map(({ commit_sha }) => commit_sha[0]);
    expect(commits.toSorted()).toEqual(['1', '2']);
  });

  it('a scan that failed is not the newest of its repository', async () => {
    const failed = await acme.scan({
      sbom: acme.asNewFile('sbom.cyclonedx.json', '{"bomFormat":"CycloneDX","specVersion":"9.9"}'),
    });
    expect([failed.status, (JSON.parse(failed.text) as { error: string }).error]).toEqual([500, 'Grype scan failed']);
    const names = extractedNames((await acme.resources('list-resources', pasted, { latest: true })).text);
    expect(names).toContain('acme_shop-api_summary_report.json');
    expect(names).toContain('acme_shop-api_syft_sbom_cyclonedx.json.att');
  });

  it('a name that breaks the list of files does not', async () => {
    const scanned = await acme.scan({ current_repo: 'acme/a],"b' });
    const token = Buffer.from((JSON.parse(scanned.text) as Scanned).path_to_resources_token).toString('base64');
    const { text } = await acme.resources('list-resources', token);
    expect(extractedNames(text)).toEqual((JSON.parse(text) as { files: string[] }).files);
    expect(extractedNames(text)[0]).toBe('acme_a___b_syft_sbom_cyclonedx.json');
  });

  it('tokens travel in query strings: they end in logs', () => {
    const folder = join(platform.dataDir, 'logs');
    const log = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(log).toContain('list-resources');
    for (const secret of [acme.token, globex.token, path]) expect(log).not.toContain(secret);
  });
});

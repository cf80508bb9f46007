import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Api } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { PlatformProcess } from './support/platform-process.js';

interface Action {
  readonly runs: { readonly using: string; readonly steps: readonly { run: string; env: Record<string, string> }[] };
}
interface Template {
  readonly 'assay-gate': { readonly variables: Record<string, string>; readonly script: readonly string[] };
}

const { runs } = parse(readFileSync('deploy/ci/github-action/action.yml', 'utf8')) as Action;
const { 'assay-gate': job } = parse(readFileSync('deploy/ci/gitlab-ci.template.yml', 'utf8')) as Template;

/** What a forge puts in the place of an expression in the action's environment. */
const github: Readonly<Record<string, string>> = {
  'github.repository': 'acme/shop',
  'github.head_ref || github.ref_name': 'feature/süß',
  'github.event.pull_request.number': '7',
  'github.base_ref': 'main',
  'github.event.pull_request.head.sha || github.sha': 'a1b2c3d',
  'github.event.pull_request.base.sha': '0a0b0c0',
  'github.run_id': '1001',
  'github.run_attempt': '1',
  'github.server_url': 'https://github.example',
};
const gitlab: Readonly<Record<string, string>> = {
  CI_PROJECT_PATH: 'acme/platform/shop',
  CI_PIPELINE_ID: '2002',
  CI_JOB_URL: 'https://gitlab.example/acme/platform/shop/-/jobs/5',
  CI_PIPELINE_CREATED_AT: '2031-02-03T04:05:06Z',
  CI_COMMIT_SHA: 'd4e5f6a',
  CI_MERGE_REQUEST_IID: '8',
  CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'feature/süß',
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
};

function sbom(version: string): string {
  const purl = `pkg:pypi/searchor@${version}`;
  const component = { type: 'library', name: 'searchor', version, purl, 'bom-ref': purl };
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [component] });
}

describe('what our CI files run', () => {
  const platform = new PlatformProcess('all-in-one');
  const folder = mkdtempSync(join(tmpdir(), 'assay-ci-'));
  let key = '';

  beforeAll(async () => {
    await platform.start();
    const admin = new Api(platform, platform.adminKey);
    key = (await admin.post<{ key: string }>('/api/v1/api-keys', { name: 'pipelines', role: 'ci' })).body.key;
    writeFileSync(join(folder, 'bom.json'), sbom('2.4.1'));
    writeFileSync(join(folder, 'fixed.json'), sbom('2.4.2'));
    writeFileSync(join(folder, 'semgrep.json'), fixtureOf('apps/scanner/test/fixtures/semgrep/cwe_list.json'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await platform.remove();
  });

  function run(program: string, args: readonly string[], script: string, env: Record<string, string>) {
    const { PATH = '', HOME = '' } = process.env;
    const { status, stdout, stderr } = spawnSync(program, [...args, '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH, HOME, ASSAY_URL: platform.url, ASSAY_API_KEY: key, ...env },
    });
    return { status, stdout, stderr };
  }

  function onGitHub(files: string, more: Record<string, string> = {}) {
    const [step] = runs.steps;
    const given = { 'inputs.url': platform.url, 'inputs.api-key': key, 'inputs.files': files, ...github };
    const env = Object.entries(step!.env).map(([name, text]): [string, string] => [
      name,
      text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, of: string) => (given as Record<string, string>)[of] ?? `lacks ${of}`),
    ]);
    return run('bash', ['-e', '-o', 'pipefail'], step!.run, { ...Object.fromEntries(env), ...more });
  }

  function onGitLab(files: string, more: Record<string, string> = {}) {
    const variables = Object.entries({ ...job.variables, ASSAY_FILES: files }).map(([name, text]): [string, string] => [
      name,
      text.replace(/^\$(\w+)$/, (_, of: string) => gitlab[of] ?? `lacks ${of}`),
    ]);
    return run('sh', ['-e'], job.script.join('\n'), { ...gitlab, ...Object.fromEntries(variables), ...more });
  }

  it('is the same in both, word for word', () => {
    expect(runs.using).toBe('composite');
    expect(job.script.at(-1)).toBe(runs.steps[0]!.run);
  });

  it.each([
    ['GitHub', onGitHub],
    ['GitLab', onGitLab],
  ] as const)('blocks what is dangerous, and lets pass what is mended, on %s', (_forge, gate) => {
    const blocked = gate('bom.json semgrep.json');
    expect(blocked).toMatchObject({ status: 1, stderr: '' });
    expect(blocked.stdout).toContain('1 critical finding is new in this change');
    expect(blocked.stdout).toMatch(/Why: http.*\/api\/v1\/runs\/.*\/report\.pdf/);
    expect(statSync(join(folder, 'assay-report.pdf')).size).toBeGreaterThan(1000);
    expect(gate('fixed.json', { ASSAY_RUN_ID: '3003' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('writes what it found into the summary of a job', () => {
    const summary = join(folder, 'summary.md');
    onGitHub('bom.json', { GITHUB_STEP_SUMMARY: summary });
    expect(readFileSync(resolve(summary), 'utf8')).toContain('### Assay: block (bom.json)');
  });

  it.each([
    ['a file that is not there', 'nowhere.json', {}],
    ['a key that opens nothing', 'bom.json', { ASSAY_API_KEY: 'assay_ci_wrong' }],
    ['no file at all', '', {}],
  ])('takes %s for an error, never for a pass', (_what, files, more) => {
    expect(onGitHub(files, more).status).toBe(2);
    expect(onGitLab(files, more).status).toBe(2);
  });

  it('knows the subject that the forge named', async () => {
    const { body } = await new Api(platform, platform.adminKey).get<{ case_key: string }[]>('/api/v1/cases');
    expect(body.map((each) => each.case_key).toSorted()).toEqual([
      'github::acme::shop::PR::7',
      'gitlab::acme/platform::shop::PR::8',
    ]);
  });
});

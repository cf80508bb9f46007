import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mustBeComplete, readCommit, readContext, readWebhook } from './scan-form.js';

const part = { content: { size: 1 } };
const files = new Map([
  ['sbom', part],
  ['sast_report', part],
  ['trivy_report', part],
]);
const fields = { current_repo: 'acme/shop', commit_sha: '5f1d', commit_author: ' <>' };

describe('the form of a scan', () => {
  it('names all that is missing, in the order of the protocol', () => {
    const all = 'Missing: SBOM file, sast report, trivy report, current repo, commit sha, commit author';
    expect(() => mustBeComplete({}, new Map())).toThrow(all);
    expect(() =>
      mustBeComplete({ ...fields, commit_sha: '' }, new Map([...files, ['sbom', { content: { size: 0 } }]])),
    ).toThrow('Missing: SBOM file, commit sha');
    expect(() => mustBeComplete(fields, files)).not.toThrow();
  });

  it('says of its commit what is known', () => {
    expect(readCommit(fields)).toEqual({ commitSha: '5f1d', commitAuthor: null });
    expect(readCommit({ commit_sha: 'Null', commit_author: 'Ann <ann@acme.example>\u0000' })).toEqual({
      commitSha: null,
      commitAuthor: 'Ann <ann@acme.example>',
    });
    expect(() => readCommit({ commit_sha: 'c'.repeat(81) })).toThrow('commit sha must be text');
  });

  it('gives the context of its run', () => {
    const said = {
      tool_versions: '{"syft_version":"1.18.1","trivy_version":"","semgrep_version":"1.2"}',
      scan_root: '{"scan_root":"/builds/shop"}',
      sast_ruleset: '["--config=p/ci","--config=p/secrets"]',
      fail_on_severity: '7.5',
    };
    expect(readContext(said, ['trivy'], 'sealed')).toEqual({
      toolVersions: { syft: '1.18.1', semgrep: '1.2' },
      scanRoot: '/builds/shop',
      rulesets: { semgrep: ['--config=p/ci', '--config=p/secrets'] },
      skipped: ['trivy'],
      failOn: '7.5',
      notify: { sealedUrl: 'sealed' },
    });
  });

  it('is none the worse for optional fields that are malformed', () => {
    const nothing = { toolVersions: {}, scanRoot: null, rulesets: {}, skipped: [], failOn: null, notify: null };
    for (const text of ['', '[', '{}', 'null', '7', '"x"', '[""]', '{"scan_root":7}', '[[1],{}]']) {
      const said = { tool_versions: text, scan_root: text, sast_ruleset: text, fail_on_severity: ' ' };
      expect(readContext(said, [], null)).toEqual(nothing);
    }
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
        const context = readContext(
          { tool_versions: json, scan_root: json, sast_ruleset: json, fail_on_severity: text },
          [],
          null,
        );
        expect(JSON.stringify(context)).not.toMatch(/\\u0000|\\ud[89ab]/);
      }),
    );
  });

  it('has a webhook only where that is an address of the web', () => {
    expect(readWebhook({ alert_system_webhook: 'https://hooks.slack.example/x' })).toBe(
      'https://hooks.slack.example/x',
    );
    for (const alert_system_webhook of [
      '',
      'your-webhook-here',
      'file:///etc/passwd',
      'ftp://x',
      `https://x/${'y'.repeat(2_048)}`,
    ]) {
      expect(readWebhook({ alert_system_webhook })).toBeNull();
    }
    expect(readWebhook({})).toBeNull();
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { Intruder } from './support/intruder.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';

interface Answer {
  readonly status: string;
  readonly links: { readonly run: string; readonly verdict: string };
  readonly result: { readonly verdict: string; readonly runId: string };
  readonly documents: readonly { readonly digest: string }[];
}

interface Told {
  readonly same: boolean;
  readonly verified: boolean;
  readonly reproduced: boolean;
  readonly differences: readonly { readonly what: string; readonly message: string }[];
  readonly today: { readonly verdict: string; readonly differences: readonly { readonly what: string }[] };
}

/** A report of Trivy with one vulnerability. */
function reportOf(id: string): Buffer {
  const vulnerability = {
    VulnerabilityID: id,
    PkgName: 'left-pad',
    InstalledVersion: '1.0.0',
    FixedVersion: '1.0.1',
    Severity: 'CRITICAL',
    PkgIdentifier: { PURL: 'pkg:npm/left-pad@1.0.0' },
  };
  const results = [{ Target: 'package-lock.json', Class: 'lang-pkgs', Type: 'npm', Vulnerabilities: [vulnerability] }];
  return Buffer.from(
    JSON.stringify({ SchemaVersion: 2, ArtifactName: '.', ArtifactType: 'filesystem', Results: results }),
  );
}

describe('a signed verdict', () => {
  const platform = new PlatformProcess('all-in-one');
  const folder = mkdtempSync(join(tmpdir(), 'assay-verdicts-'));
  let api: Api;
  let answer: Answer;
  let envelope: { payload: string; signatures: unknown[] };

  const send = async (id: string, runId: number): Promise<Answer> => {
    const origin = `provider=github&repo=acme/proven&prId=9&branch=f&targetBranch=main&commitSha=c${runId}&runId=${runId}`;
    return bodyOf(await api.post<Answer>(`/api/v1/ingest/reports/trivy?${origin}&wait=60`, reportOf(id)), 200);
  };
  const signedOf = ({ links }: Answer): Promise<typeof envelope> =>
    waitUntil('the signature', async () => {
      const reply = await api.get<typeof envelope>(links.verdict);
      return reply.status === 200 && reply.body;
    });

  /** What `assay verify verdict` says, and how it ends. */
  function verify(given: object, ...options: string[]): { code: number | null; told: Told; text: string } {
    const file = join(folder, 'verdict.att');
    writeFileSync(file, JSON.stringify(given));
    const args = [resolve('apps/cli/dist/main.js'), '--json', 'verify', 'verdict', file, ...options];
    const env = { ...process.env, ASSAY_URL: platform.url, ASSAY_API_KEY: platform.adminKey };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    return { code: status, told: status === 2 ? ({} as Told) : (JSON.parse(stdout) as Told), text: stdout + stderr };
  }

  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
    answer = await send('CVE-2031-0001', 1);
    envelope = await signedOf(answer);
  });
  afterAll(async () => {
    await platform.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is linked by the receipt and by the run', async () => {
    const { body } = await api.get<{ links: { verdict: string } }>(answer.links.run);
    expect(body.links.verdict).toBe(answer.links.verdict);
  });

  it('still holds: the same answer follows from what it names, and would be given today', () => {
    const { code, told } = verify(envelope);
    expect({ code, ...told }).toMatchObject({
      code: 0,
      same: true,
      verified: true,
      reproduced: true,
      differences: [],
      today: { verdict: 'block', differences: [] },
    });
  });

  it('with a changed byte is nobody’s', () => {
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('"block"', '"pass"');
    const { code, told } = verify({ ...envelope, payload: Buffer.from(payload).toString('base64') });
    expect({ code, ...told }).toMatchObject({ code: 1, verified: false, reproduced: false });
    expect(verify({ payload: 'x' }).code).toBe(2);
  });

  it('says what has changed since: exceptions and policy', async () => {
    const exception = {
      what: { kind: 'vulnerability', id: 'CVE-2031-0001' },
      where: { kind: 'repository', provider: 'github', org: 'acme', repo: 'proven' },
      reason: 'Not reachable',
      expiresAt: null,
    };
    const { id } = bodyOf(await api.post<{ id: string }>('/api/v1/exceptions', exception), 201);
    await api.call('PUT', '/api/v1/policies/gate?repo=acme/proven', { kevAlways: true });
    const { code, told } = verify(envelope);
    expect({ code, ...told }).toMatchObject({ code: 1, verified: true, reproduced: true, today: { verdict: 'pass' } });
    expect(new Set(told.today.differences.map(({ what }) => what))).toEqual(new Set(['exception', 'policy', 'result']));
    expect(verify(envelope, '--pinned').code).toBe(0);

    const excepted = await signedOf(await send('CVE-2031-0001', 2));
    expect(verify(excepted)).toMatchObject({ code: 0, told: { today: { verdict: 'pass' } } });
    await api.call('DELETE', `/api/v1/exceptions/${id}`);
    const ended = verify(excepted);
    expect(ended.told).toMatchObject({ reproduced: true, today: { verdict: 'block' } });
    expect(ended.text).toContain('has ended');
  });

  it('says which document was damaged', async () => {
    new Intruder(platform).flipsAByteOf(answer.documents[0]!.digest);
    const { code, told } = verify(envelope);
    expect({ code, ...told }).toMatchObject({ code: 1, verified: true, reproduced: false });
    expect(told.differences).toEqual([
      expect.objectContaining({ what: 'document', message: expect.stringContaining('damaged') }),
    ]);
  });
});

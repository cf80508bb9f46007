import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const maxOutputBytes = 64 * 1024 * 1024;

/** What curl brought: the status, and the body as its bytes. */
export interface CurlAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly text: string;
}

/** Does with curl exactly what PatchHound's command line does with it, command by command (`wire/patchhound.md` §2). */
export class PatchHoundCli {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-patchhound-'));

  /** @param baseUrl `BASE_URL` of `scan.config` */
  constructor(
    readonly baseUrl: string,
    public token = '',
  ) {}

  /** `-sSL`, as the calls that look at no status. */
  async get(path: string, query: Record<string, string | readonly string[]>): Promise<CurlAnswer> {
    const fields = Object.entries(query).flatMap(([name, value]) => [value].flat().map((each) => `${name}=${each}`));
    return this.curl('-sSL', `${this.baseUrl}/v1/${path}?${fields.join('&')}`);
  }

  /** `-d`: nothing is encoded. */
  async post(path: string, fields: Record<string, string>): Promise<CurlAnswer> {
    const data = Object.entries(fields).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
    return this.curl('-sSL', '-X', 'POST', ...data, `${this.baseUrl}/v1/${path}`);
  }

  /** `-F`; a value that begins with `@` is a file. */
  async form(path: string, fields: Record<string, string>): Promise<CurlAnswer> {
    const parts = Object.entries(fields).flatMap(([name, value]) => ['-F', `${name}=${value}`]);
    return this.curl('-s', '--connect-timeout', '60', '--max-time', '300', ...parts, `${this.baseUrl}/v1/${path}`);
  }

  /** `scan`, of the current generation unless fields are taken away. */
  async scan(fields: Record<string, string | undefined> = {}): Promise<CurlAnswer> {
    const sent: Record<string, string | undefined> = {
      sbom: asFile('test/fixtures/patchhound/sbom.cyclonedx.json', 'sbom.cyclonedx.json'),
      sast_report: asFile('apps/scanner/test/fixtures/semgrep/many_findings.json', 'sast_report.json'),
      trivy_report: asFile('apps/scanner/test/fixtures/trivy/misconfigurations_and_secrets.json', 'trivy_report.json'),
      exclusions: this.asNewFile('exclusions.json', '{"exclusions":[]}'),
      token: this.token,
      current_repo: 'acme/shop-api',
      commit_sha: '5f1d0c2aa7b94fb0a3f1d2d41a44d0e1f3b2c4d5',
      commit_author: ' <>',
      tool_versions: '{"syft_version":"1.18.1","trivy_version":"0.61.0","semgrep_version":"1.99.0"}',
      scan_root: '{"scan_root":"/builds/shop-api"}',
      sast_ruleset: '["--config=p/ci"]',
      alert_system_webhook: '',
      fail_on_severity: 'HIGH',
      ...fields,
    };
    const given = Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.form('scan-sbom', Object.fromEntries(given));
  }

  /** A resource command; the path token is what the user pasted, in base64 folded to 70 columns. */
  async resources(
    path: 'list-resources' | 'get-resources',
    pastedToken: string,
    { latest = false, repo = false, files = [] as readonly string[] } = {},
  ): Promise<CurlAnswer> {
    return this.get(path, {
      token: this.token,
      path_to_resources_token: Buffer.from(pastedToken.replaceAll('\n', ''), 'base64').toString('utf8'),
      latest_resource: String(latest),
      repo_resources: String(repo),
      file_name: files,
    });
  }

  /** `resource pdf`: under whatever name the server gives. */
  async pdf(pathToken: string, more = ''): Promise<{ readonly name: string; readonly body: Buffer }> {
    const address = `${this.baseUrl}/v1/generate-pdf?token=${this.token}&path_to_resources_token=${pathToken}${more}`;
    const { stdout } = await run('curl', ['-sSLOJ', '-w', '%{filename_effective}', address], { cwd: this.folder });
    return { name: stdout, body: readFileSync(join(this.folder, stdout)) };
  }

  /** A file of the client, as a value of `form`. */
  asNewFile(name: string, content: string): string {
    writeFileSync(join(this.folder, name), content);
    return `@${join(this.folder, name)}`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async curl(...args: string[]): Promise<CurlAnswer> {
    const options = { encoding: 'buffer', maxBuffer: maxOutputBytes, cwd: this.folder } as const;
    const { stdout } = await run('curl', ['-w', '\n%{http_code}', ...args], options);
    const end = stdout.lastIndexOf(0x0a);
    const body = stdout.subarray(0, end);
    return { status: Number(stdout.subarray(end + 1).toString()), body, text: body.toString('utf8') };
  }
}

function asFile(path: string, name: string): string {
  return `@${resolve(path)};type=application/octet-stream;filename=${name}`;
}

/** The names as the client extracts them: the text from `"files":` and `[` to the first `]`, split at commas, without quotes. */
export function extractedNames(list: string): string[] {
  const inBrackets = /"files": *\[([^\]]*)\]/.exec(list)?.[1] ?? '';
  return inBrackets.split(',').map((name) => name.replaceAll('"', '').trim());
}

/** The names of a zip archive's members, from its central directory (APPNOTE.TXT §4.3.12). */
export function namesInZip(archive: Buffer): string[] {
  const names: string[] = [];
  const signature = Buffer.from('PK\u0001\u0002', 'latin1');
  for (let at = archive.indexOf(signature); at >= 0; at = archive.indexOf(signature, at + 46)) {
    names.push(archive.subarray(at + 46, at + 46 + archive.readUInt16LE(at + 28)).toString('utf8'));
  }
  return names;
}

import { fixtureOf } from '../../test/journeys/support/fixture-files.js';

/** A component as a CycloneDX document holds it; only what we look at is named. */
interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly components?: readonly Component[];
}

interface SpdxPackage {
  readonly name: string;
  readonly versionInfo?: string;
  readonly externalRefs?: readonly { readonly referenceLocator: string }[];
}

const fixtures = 'apps/scanner/test/fixtures';

/** The packages of an SPDX document as components, by the ecosystem of their purl. */
function spdxComponents(path: string, ecosystem: string): Component[] {
  const { packages } = JSON.parse(fixtureOf(`${fixtures}/sboms/${path}`).toString()) as { packages: SpdxPackage[] };
  const found = new Map<string, Component>();
  for (const { name, versionInfo, externalRefs = [] } of packages) {
    const purl = externalRefs.find(({ referenceLocator }) => referenceLocator.startsWith(`pkg:${ecosystem}/`));
    if (purl === undefined || versionInfo === undefined) continue;
    const { referenceLocator } = purl;
    found.set(referenceLocator, { name, version: versionInfo, purl: referenceLocator });
  }
  return [...found.values()];
}

function cycloneDxComponents(path: string, ecosystem: string): Component[] {
  const document = JSON.parse(fixtureOf(`${fixtures}/sboms/${path}`).toString()) as { components: Component[] };
  const flat = (components: readonly Component[]): Component[] =>
    components.flatMap((component) => [component, ...flat(component.components ?? [])]);
  const found = new Map<string, Component>();
  for (const { components: _nested, ...component } of flat(document.components)) {
    if (component.purl?.startsWith(`pkg:${ecosystem}/`) === true) found.set(component.purl, component);
  }
  return [...found.values()];
}

/** The npm packages of a real shop from 2018, licences and hashes included, as `cyclonedx-npm` wrote them. */
function npmComponents(): Component[] {
  return cycloneDxComponents('npm-generated/demo-shop-2018.cyclonedx-npm.1.6.cdx.json.gz', 'npm');
}

/** The Python packages of a real Red Hat Satellite, and of another Red Hat image. */
function pypiComponents(): Component[] {
  const satellite = spdxComponents('spdx-json/trustify__SATELLITE-6.15-RHEL-8.json.gz', 'pypi');
  const image = cycloneDxComponents('cyclonedx-json/trustify__example_container_variant_ppc.json.gz', 'pypi');
  const bare = image.map(({ name, version, purl }) => ({ name, version, purl }));
  return [...new Map([...satellite, ...bare].map((component) => [component.purl, component])).values()];
}

function cycloneDx(components: readonly Component[], serial: number, name: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: `urn:uuid:${serial.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
      version: 1,
      metadata: { component: { type: 'application', name, version: `1.0.${serial}` } },
      components: components.map((component) => ({ type: 'library', ...component })),
    }),
  );
}

/** What `sbomOf500` holds: real npm and PyPI packages, each distinct. */
export const sbomComponents = 500;

/** Makes an SBOM of 500 real components, the same ones under another serial number for each number. */
export function sbomOf500(): (number: number) => Buffer {
  const npm = npmComponents();
  const components = [...npm, ...pypiComponents().slice(0, sbomComponents - npm.length)];
  if (components.length !== sbomComponents) throw new RangeError(`${components.length} components`);
  return (number) => cycloneDx(components, number, `shop-${number}`);
}

/** Bytes of the documents for throughput: a service with some seventy dependencies. */
export const smallSbomBytes = 20 * 1024;

/** How many lists of components there are. Documents that share one must be judged alike, and that is checked. */
export const smallSbomVariants = 50;

/**
 * Makes SBOMs of 20 KB. Each number has bytes and a name of its own; its components are one of fifty selections
 * from real npm, PyPI, Maven and Rust packages, as an organisation's services share theirs.
 */
export function smallSboms(): (number: number) => Buffer {
  const satellite = 'spdx-json/trustify__SATELLITE-6.15-RHEL-8.json.gz';
  const real = [
    ...npmComponents(),
    ...pypiComponents(),
    ...spdxComponents(satellite, 'cargo'),
    ...spdxComponents(satellite, 'maven'),
  ];
  const pool = real.map(asGenerated);
  const variants = Array.from({ length: smallSbomVariants }, (_, variant) => selection(pool, variant));
  return (number) => {
    const components = variants[number % smallSbomVariants]!;
    return filledUp(cycloneDx(components, number, `service-${number}`), smallSbomBytes);
  };
}

/** A component in the 280 bytes that generators give it: identity, licence, where it was found. */
function asGenerated({ name, version, purl }: Component): Component {
  const found = { name: 'syft:package:foundBy', value: 'lock-file-cataloger' };
  const licenses = [{ license: { id: 'MIT' } }];
  return { 'bom-ref': `${purl}?package-id=1`, name, version, purl, licenses, properties: [found] } as Component;
}

/** As many components, spread over the pool, as leave a little of 20 KB for the rest of the document. */
function selection(pool: readonly Component[], variant: number): Component[] {
  const chosen: Component[] = [];
  // 7919 is prime and no factor of the pool's length, so the steps visit all of it before one comes again.
  for (let step = 0, bytes = 600; step < pool.length; step += 1) {
    const component = pool[(variant * 131 + step * 7919) % pool.length]!;
    bytes += JSON.stringify({ type: 'library', ...component }).length + 1;
    if (bytes > smallSbomBytes) break;
    chosen.push(component);
  }
  return chosen;
}

/** The same document with spaces at its end, which JSON allows. */
function filledUp(document: Buffer, bytes: number): Buffer {
  return document.length >= bytes ? document : Buffer.concat([document], bytes).fill(' ', document.length);
}

/** A real report of trivy over a file system: 190 KB, 51 vulnerabilities. */
export function trivyReport(): (number: number) => Buffer {
  const report = JSON.parse(fixtureOf(`${fixtures}/trivy/rookery__fs-vuln.json.gz`).toString()) as object;
  return (number) => Buffer.from(JSON.stringify({ ...report, ArtifactName: `service-${number}` }, null, 2));
}

interface TrivyRow {
  readonly Severity?: string;
}
interface TrivyRows {
  readonly Results: readonly { readonly Target: string; readonly Vulnerabilities?: readonly TrivyRow[] }[];
}

/** A trivy report of about this size, with what SecureCase counts in it. */
export interface SizedReport {
  readonly critical: number;
  readonly high: number;
  /** The report with the number in it: other bytes for another number, the same findings. */
  bytes(number: number): Buffer;
}

/**
 * Cut from, or repeated from, the same real report of 190 KB: its first vulnerabilities, or its results again for further
 * targets. At least one vulnerability is critical or high, so that the gate has something to say.
 */
export function trivyReportOf(bytes: number): SizedReport {
  const whole = JSON.parse(trivyReport()(0).toString()) as TrivyRows;
  const sizeOf = (report: TrivyRows): number => JSON.stringify(report, null, 2).length;
  const times = Math.max(1, Math.round(bytes / sizeOf(whole)));
  const repeated = Array.from({ length: times }, (_, copy) =>
    whole.Results.map((result) => (copy === 0 ? result : { ...result, Target: `copy-${copy}/${result.Target}` })),
  ).flat();
  let report: TrivyRows = { ...whole, Results: repeated };
  for (let rows = 60; sizeOf(report) > bytes * 1.1 && rows > 0; rows -= 1) {
    const worst = whole.Results.flatMap(({ Vulnerabilities = [] }) => Vulnerabilities)
      .toSorted((one, other) => Number(isSevere(other)) - Number(isSevere(one)))
      .slice(0, rows);
    report = { ...whole, Results: [{ ...whole.Results[0]!, Vulnerabilities: worst }] };
  }
  const all = report.Results.flatMap(({ Vulnerabilities = [] }) => Vulnerabilities);
  const of = (severity: string): number => all.filter(({ Severity }) => Severity === severity).length;
  const [before = '', after = ''] = JSON.stringify({ ...report, ReportID: '@' }, null, 2).split('"@"');
  return {
    critical: of('CRITICAL'),
    high: of('HIGH'),
    bytes: (number) => Buffer.from(`${before}"${number}"${after}`),
  };
}

function isSevere({ Severity }: TrivyRow): boolean {
  return Severity === 'CRITICAL' || Severity === 'HIGH';
}

/** A report in the envelope of SecureCase (`wire/securecase.md`, §3.1), of the pull request and run with this number. */
export function secureCaseBody(report: Buffer, number: number, run = number): Buffer {
  const metadata = {
    provider: 'github',
    org: 'acme',
    repo: `case-${number}`,
    branch: 'feature',
    pr_id: number + 1,
    target_branch: 'main',
    commit_sha: commitOf(run),
    run_id: String(run + 1),
    run_url: `https://ci.example/acme/case-${number}/runs/${run + 1}`,
  };
  const image = { name: `case-${number}`, tag: 'latest', digest: `sha256:${'0'.repeat(64)}` };
  const beside = JSON.stringify({ metadata, image }).slice(0, -1);
  return Buffer.concat([Buffer.from(`${beside},"trivy_report":`), report, Buffer.from('}')]);
}

/** What PatchHound's command line sends (`wire/patchhound.md`, §2.2): the SBOM, two small real reports, no exclusions. */
export function patchHoundForm(
  token: string,
  repo: string,
  sbom: Buffer,
  number: number,
): { readonly body: Buffer; readonly contentType: string } {
  const boundary = '------------------------assaybench';
  const file = (name: string, fileName: string, content: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n` +
          'Content-Type: application/octet-stream\r\n\r\n',
      ),
      content,
      Buffer.from('\r\n'),
    ]);
  const texts = {
    token,
    current_repo: repo,
    commit_sha: commitOf(number),
    commit_author: 'A Committer <a@example.org>',
    tool_versions: '{"syft_version":"1.18.1","trivy_version":"0.61.0","semgrep_version":"1.99.0"}',
    scan_root: '{"scan_root":"/builds/shop"}',
    sast_ruleset: '["--config=p/ci"]',
    alert_system_webhook: '',
    fail_on_severity: 'HIGH',
  };
  const fields = Object.entries(texts).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const body = Buffer.concat([
    file('sbom', 'sbom.cyclonedx.json', sbom),
    file('sast_report', 'sast_report.json', fixtureOf(`${fixtures}/semgrep/many_findings.json`)),
    file('trivy_report', 'trivy_report.json', fixtureOf(`${fixtures}/trivy/misconfigurations_and_secrets.json`)),
    file('exclusions', 'exclusions.json', Buffer.from('{"exclusions":[]}')),
    Buffer.from(`${fields.join('')}--${boundary}--\r\n`),
  ]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}

/** A pull request into `main` of a repository that nobody else has: a subject of its own. */
export function originOf(repo: string, number: number): string {
  const run = number + 1;
  return new URLSearchParams({
    provider: 'github',
    repo: `acme/${repo}`,
    prId: String(run),
    branch: 'feature',
    targetBranch: 'main',
    commitSha: commitOf(number),
    runId: String(run),
  }).toString();
}

function commitOf(number: number): string {
  return number.toString(16).padStart(40, '0');
}

/** An SBOM of this many bytes or a little more, made while it is sent; none of its packages exists. */
export async function* hugeSbom(bytes: number): AsyncGenerator<Buffer> {
  const perChunk = 200;
  yield Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[');
  for (let sent = 0, first = 0; sent < bytes; first += perChunk) {
    const lines = Array.from({ length: perChunk }, (_, line) => hugeSbomComponent(first + line));
    const chunk = Buffer.from((first > 0 ? ',' : '') + lines.join(','));
    sent += chunk.length;
    yield chunk;
  }
  yield Buffer.from(']}');
}

/** About 400 bytes each, as generators write them: licence, hash, where it was found. */
function hugeSbomComponent(index: number): string {
  const name = `module-${index}`;
  const version = `${index % 7}.${index % 11}.${index % 13}`;
  return JSON.stringify({
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name}@${version}`,
    licenses: [{ license: { id: 'Apache-2.0' } }],
    hashes: [{ alg: 'SHA-256', content: index.toString(16).padStart(64, '0') }],
    properties: [{ name: 'cdx:npm:package:path', value: `node_modules/${name}` }],
  });
}

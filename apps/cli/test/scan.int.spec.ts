import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** A gateway that takes what it is sent and blocks or not. */
let server: Server;
let url: string;
let isBlocking = false;
const sent: { path: string; query: URLSearchParams; body: string }[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway');
    sent.push({ path: pathname, query: searchParams, body });
    const counts = { critical: 0, high: Number(isBlocking), medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 };
    const result = { gate: isBlocking, verdict: isBlocking ? 'block' : 'pass', reasons: [], counts };
    response.end(JSON.stringify({ receiptId: 'r', status: 'done', result }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

let folder: string;
let bin: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-scan-test-'));
  bin = join(folder, 'bin');
  for (const each of [bin, join(folder, 'tmp'), join(folder, 'a b; touch pwned')]) mkdirSync(each);
  sent.length = 0;
  isBlocking = false;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A scanner as a script that says what it was told, and ends with a code. */
function install(program: string, document: string, code = 0): void {
  const file = join(bin, program);
  const words = `for (const word of process.argv.slice(2)) process.stderr.write(word + '\\n');`;
  writeFileSync(
    file,
    `#!${process.execPath}\n${words}\nprocess.stdout.write(${JSON.stringify(document)});\nprocess.exitCode = ${code};\n`,
  );
  chmodSync(file, 0o755);
}

async function assay(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: bin, TMPDIR: join(folder, 'tmp'), ASSAY_URL: url, ASSAY_API_KEY: 'k' };
  const child = spawn(process.execPath, [resolve('apps/cli/bin/assay.js'), ...words], { env, cwd: folder });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}

describe('assay scan', () => {
  it('runs what is installed on a folder of any name, sends what it wrote and passes', async () => {
    install('syft', '{"bomFormat":"CycloneDX"}');
    install('semgrep', '{"results":[]}', 1);
    install('osv-scanner', '', 128);
    const { code, out } = await assay('scan', 'a b; touch pwned', '--repo', 'acme/shop');
    expect(code).toBe(0);
    expect(sent.map(({ path, body }) => [path, body])).toEqual([
      ['/api/v1/ingest/sbom', '{"bomFormat":"CycloneDX"}'],
      ['/api/v1/ingest/reports', '{"results":[]}'],
    ]);
    expect(new Set(sent.map(({ query }) => query.get('runId'))).size).toBe(1);
    expect(sent[0]!.query.get('repo')).toBe('acme/shop');
    expect(out).toMatch(/^syft: 25 bytes\ntrivy is not installed\ngrype is not installed\nsemgrep: 14 bytes\n/);
    expect(out).toMatch(/osv-scanner found nothing to look at\nsyft: PASS/);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(readdirSync(folder)).not.toContain('pwned');
  });

  it('of an image says which image it is, and is blocked with 1', async () => {
    isBlocking = true;
    install('trivy', '{"SchemaVersion":2}');
    install('semgrep', '{}');
    const { code, out } = await assay('--json', 'scan', 'registry.example:5000/acme/shop:1.0');
    expect(code).toBe(1);
    expect(Object.fromEntries(sent[0]!.query)).toMatchObject({
      imageName: 'registry.example:5000/acme/shop',
      imageTag: '1.0',
      wait: '300',
    });
    expect(JSON.parse(out)).toMatchObject({
      scanners: [
        { scanner: 'syft', state: 'not-installed' },
        { scanner: 'trivy', state: 'ran' },
        { scanner: 'grype', state: 'not-installed' },
        { scanner: 'semgrep', state: 'not-for-this' },
        { scanner: 'osv-scanner', state: 'not-installed' },
      ],
      answers: [{ file: 'trivy', result: { gate: true } }],
    });
  });

  it('of which a scanner failed is an error, though the rest is sent, and says why', async () => {
    install('syft', '{"bomFormat":"CycloneDX"}');
    install('grype', '{}', 3);
    const { code, out } = await assay('scan', '.');
    expect([code, sent.length]).toEqual([2, 1]);
    expect(out).toMatch(/grype ended with 3: dir:\//);
  });

  it('without any scanner is an error that names them', async () => {
    const { code, err } = await assay('scan', '.');
    expect([code, sent.length]).toEqual([2, 0]);
    expect(err).toMatch(/nothing to send: syft is not installed; trivy is not installed; .* Install one of them/);
  });
});

describe('assay ingest report', () => {
  it('leaves it to the platform whose report it is, unless it is named', async () => {
    const file = join(folder, 'report.json');
    writeFileSync(file, '{"matches":[]}');
    expect((await assay('ingest', 'report', file)).code).toBe(0);
    expect((await assay('ingest', 'report', file, '--tool', 'grype')).code).toBe(0);
    expect(sent.map(({ path }) => path)).toEqual(['/api/v1/ingest/reports', '/api/v1/ingest/reports/grype']);
  });
});

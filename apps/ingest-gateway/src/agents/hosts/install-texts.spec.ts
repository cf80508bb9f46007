import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { patchMonInstall, santamonInstall, serverOf } from './install-texts.js';

const enrolled = { id: 'h', apiId: 'patchmon_0f3a2b7c9d1e4f56', apiKey: 'a'.repeat(64) };

describe('the text that installs an agent', () => {
  it('is one line with the pair and the address', () => {
    const { install } = patchMonInstall(enrolled, 'https://assay.example:8443');
    expect(install).toContain(
      `config set-api patchmon_0f3a2b7c9d1e4f56 ${'a'.repeat(64)} https://assay.example:8443 &&`,
    );
    expect(install).not.toContain('\n');
  });

  it('leaves the configuration of Santamon in a file that only its owner reads, whatever the host is called', () => {
    const name = `o'neil"s $(mac) \\`;
    const { install, config } = santamonInstall(enrolled, name, 'https://assay.example');
    const directory = mkdtempSync(join(tmpdir(), 'install-'));
    execFileSync('sh', ['-c', install], { cwd: directory });
    const file = join(directory, 'santamon-assay.yaml');
    expect(readFileSync(file, 'utf8')).toBe(config);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(directory, { recursive: true });
    expect(parse(config ?? '')).toEqual({
      agent: { id: name },
      shipper: {
        endpoint: 'https://assay.example/santamon/ingest',
        api_key: 'a'.repeat(64),
        heartbeat: { enabled: true },
      },
    });
  });

  it.each([
    ['assay.example', 'https://assay.example'],
    ['[::1]:8080', 'https://[::1]:8080'],
    ['a;rm -rf /', 'https://assay.invalid'],
    ['a$(id)', 'https://assay.invalid'],
  ])('from %s names the server %s', (host, server) => expect(serverOf('https', host)).toBe(server));
});

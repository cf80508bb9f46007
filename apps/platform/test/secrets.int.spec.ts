import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSecrets, serviceSecrets } from '@assay/config';
import { freePort } from '@assay/embedded';
import { aDatabase, aPrefix, eventually, natsUrl, testInternalKey } from '@assay/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { awsAccess, awsSecretsManager, type StandIn, vault, vaultAccess } from './secrets-stand-ins.js';

const keys = {
  ASSAY_MASTER_KEY: 'master-key-master-key-master-key-master-key',
  // The passwords of the database roles follow from it, and tests share one cluster.
  ASSAY_INTERNAL_KEY: testInternalKey,
  ASSAY_ADMIN_KEY: 'an-admin-key-that-is-kept-elsewhere',
};
const names = serviceSecrets(true);
const folder = mkdtempSync(join(tmpdir(), 'assay-secrets-'));
const left: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of left.splice(0).toReversed()) await end();
});

async function kept(starting: Promise<StandIn>): Promise<StandIn> {
  const started = await starting;
  left.push(() => started.stop());
  return started;
}

const awsVariables = (url: string) => ({
  ASSAY_SECRETS: 'aws',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  AWS_REGION: awsAccess.region,
  AWS_ACCESS_KEY_ID: awsAccess.keyId,
  AWS_SECRET_ACCESS_KEY: awsAccess.secret,
});

/** The AWS client reads the environment of its process by itself. */
function readFromAws(url: string, more: Record<string, string> = {}): Promise<Record<string, string>> {
  for (const [name, value] of Object.entries({ ...awsVariables(url), ...more })) vi.stubEnv(name, value);
  return readSecrets({ ...awsVariables(url), ...more }, names);
}

describe('secrets in AWS Secrets Manager', () => {
  it('are read with a signed question of JSON 1.1, under our names or those of PatchHound', async () => {
    const { ASSAY_ADMIN_KEY: api_key, ...others } = keys;
    const secret = JSON.stringify({
      ...others,
      api_key,
      jwt_key: 'j',
      cosign_key: 'c',
      S3_SECRET_KEY: 's3',
      PATH: '/',
    });
    const aws = await kept(awsSecretsManager({ 'prod/assay': secret }));
    const found = await readFromAws(aws.url, { ASSAY_SECRETS_AWS_ID: 'prod/assay', ASSAY_MASTER_KEY: 'of before' });
    expect(found).toEqual({ ...keys, S3_SECRET_KEY: 's3', ASSAY_SECRETS: '' });
    expect(aws.asked).toHaveLength(1);
    expect(aws.asked[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: JSON.stringify({ SecretId: 'prod/assay' }),
    });
  });

  it('are asked for again when the service is in trouble for a moment', async () => {
    const aws = await kept(awsSecretsManager({ assay: JSON.stringify(keys) }, 2));
    expect(await readFromAws(aws.url)).toMatchObject(keys);
    expect(aws.asked).toHaveLength(3);
  });

  it('that are not there, or none, or signed with a wrong key are told in one sentence', async () => {
    const aws = await kept(awsSecretsManager({ assay: 'not JSON but hunter2', part: '{"ASSAY_MASTER_KEY":"m"}' }));
    await expect(readFromAws(aws.url, { ASSAY_SECRETS_AWS_ID: 'other' })).rejects.toMatchObject({
      code: 'config.secrets-refused',
      message: expect.stringMatching(
        /^AWS Secrets Manager \(secret other\) gives nothing: ResourceNotFoundException: /,
      ),
    });
    await expect(readFromAws(aws.url, { AWS_SECRET_ACCESS_KEY: 'another' })).rejects.toMatchObject({
      code: 'config.secrets-refused',
      message: expect.stringContaining('InvalidSignatureException: not signed'),
    });
    await expect(readFromAws(aws.url)).rejects.toMatchObject({
      code: 'config.malformed-secrets',
      message: 'There is no JSON in AWS Secrets Manager (secret assay).',
    });
    await expect(readFromAws(aws.url, { ASSAY_SECRETS_AWS_ID: 'part' })).rejects.toMatchObject({
      code: 'config.missing-secret',
      message:
        'ASSAY_INTERNAL_KEY, ASSAY_ADMIN_KEY are secrets that Assay needs, and they are not in AWS Secrets Manager (secret part), nor in the environment.',
    });
  });
});

describe('secrets in Vault', () => {
  const variables = (url: string) => ({ ASSAY_SECRETS: 'vault', VAULT_ADDR: url });

  it('are read from KV 2 with a token', async () => {
    const server = await kept(vault({ '/v1/secret/data/assay': keys }));
    expect(await readSecrets({ ...variables(server.url), VAULT_TOKEN: vaultAccess.token }, names)).toMatchObject(keys);
    expect(server.asked.map(({ path }) => path)).toEqual(['/v1/secret/data/assay']);
  });

  it('are read with an AppRole, from a mount, a path and a namespace of one’s own, once Vault is unsealed', async () => {
    const server = await kept(vault({ 'team-a/v1/kv/data/prod/assay': keys }, 2));
    const found = await readSecrets(
      {
        ...variables(server.url),
        VAULT_ROLE_ID: vaultAccess.role,
        VAULT_SECRET_ID: vaultAccess.secret,
        VAULT_NAMESPACE: vaultAccess.namespace,
        ASSAY_SECRETS_VAULT_MOUNT: 'kv',
        ASSAY_SECRETS_VAULT_PATH: 'prod/assay',
      },
      names,
    );
    expect(found).toMatchObject(keys);
    expect(server.asked.map(({ path }) => path)).toEqual([
      ...Array.from({ length: 3 }, () => '/v1/auth/approle/login'),
      '/v1/kv/data/prod/assay',
    ]);
    expect(new Set(server.asked.map(({ headers }) => headers['x-vault-namespace']))).toEqual(new Set(['team-a']));
  });

  it.each([
    [{ VAULT_TOKEN: 'wrong' }, 'config.secrets-refused', /refuses: status 403, permission denied\.$/],
    [{ VAULT_ROLE_ID: 'a', VAULT_SECRET_ID: 'b' }, 'config.secrets-refused', /status 400, invalid role or secret ID/],
    [{}, 'config.secrets-not-configured', /neither VAULT_TOKEN nor VAULT_ROLE_ID with VAULT_SECRET_ID is set/],
    [
      { VAULT_TOKEN: vaultAccess.token, ASSAY_SECRETS_VAULT_PATH: 'a/../b' },
      'config.secrets-not-configured',
      /no path/,
    ],
    [{ VAULT_TOKEN: vaultAccess.token, ASSAY_SECRETS_VAULT_PATH: 'other' }, 'config.secrets-refused', /status 404/],
    [
      { VAULT_TOKEN: vaultAccess.token, ASSAY_SECRETS_VAULT_PATH: 'odd' },
      'config.malformed-secrets',
      /no text under N/,
    ],
  ])('that %j does not open are told in one sentence', async (given, code, message) => {
    const server = await kept(vault({ '/v1/secret/data/assay': keys, '/v1/secret/data/odd': { N: 1 } }));
    await expect(readSecrets({ ...variables(server.url), ...given }, names)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('that nobody answers for are told so, with the address', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(readSecrets({ ...variables(url), VAULT_TOKEN: 't' }, names)).rejects.toMatchObject({
      code: 'config.secrets-unreachable',
      message: expect.stringMatching(`^Vault at ${url} \\(secret/data/assay\\) does not answer: .*ECONNREFUSED`),
    });
  });
});

/** A program of ours as its user starts it; its words are collected. */
function started(
  program: string,
  args: string[],
  env: Record<string, string>,
): { child: ChildProcess; said(): string } {
  let words = '';
  const child = spawn(process.execPath, [resolve(program), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (words += text.toString()));
  left.push(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  });
  return { child, said: () => words };
}

describe('a start', () => {
  const dataDir = join(folder, 'data');
  it.each([
    ['apps/platform/dist/main.js', /^ASSAY_ADMIN_KEY is a secret that Assay needs, and it is not in Vault at http/],
    ['apps/ingest-gateway/dist/main.js', /^ingest-gateway can't start: ASSAY_ADMIN_KEY is a secret that Assay needs/],
  ])('of %s without one of its secrets ends with 1 and a sentence', async (program, sentence) => {
    const { ASSAY_ADMIN_KEY: _, ...others } = keys;
    const server = await kept(vault({ '/v1/secret/data/assay': others }));
    const env = { ASSAY_SECRETS: 'vault', VAULT_ADDR: server.url, VAULT_TOKEN: vaultAccess.token };
    const { child, said } = started(program, [], { ...env, ASSAY_DATA_DIR: dataDir });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(said()).toMatch(sentence);
    expect(said().trim().split('\n')).toHaveLength(1);
  });

  it('with everything in AWS Secrets Manager, the database’s password too, serves', async () => {
    const secret = { ...keys, DATABASE_URL: await aDatabase(), NATS_URL: natsUrl() };
    const aws = await kept(awsSecretsManager({ assay: JSON.stringify(secret) }));
    const port = await freePort();
    const env = { ...awsVariables(aws.url), ASSAY_DATA_DIR: dataDir, PORT: String(port), NATS_PREFIX: aPrefix() };
    const { said } = started('apps/platform/dist/main.js', ['--only', 'ingest-gateway'], env);
    await eventually('it is ready', () => said().includes('Assay is ready') || undefined);
    expect(said()).not.toContain('=====');
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/tenants`, {
      headers: { 'x-api-key': keys.ASSAY_ADMIN_KEY },
    });
    expect(answer.status).toBe(200);
    expect(aws.asked).toHaveLength(1);
  });

  it('with a module of one’s own gets what that gives', async () => {
    const file = join(folder, 'mine.mjs');
    writeFileSync(file, `export default async ({ needed }) => Object.fromEntries(needed.map((n) => [n, n + n]));\n`);
    expect(await readSecrets({ ASSAY_SECRETS: `module:${file}` }, names)).toMatchObject({
      ASSAY_MASTER_KEY: 'ASSAY_MASTER_KEYASSAY_MASTER_KEY',
    });
    rmSync(folder, { recursive: true, force: true });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { secretsAttempts, secretsPauseMs, secretsTimeoutMs } from '../limits.js';
import { type SecretSource, secretValues } from './secret-source.js';
import type { SecretsEnv } from './secrets.env.js';
import { secretsError } from './secrets.errors.js';

const login = z.object({ auth: z.object({ client_token: z.string().min(1) }) });
const secretVersion = z.object({ data: z.object({ data: z.unknown() }) });
const refusal = z.object({ errors: z.array(z.string()) });

/**
 * A secret of the KV engine, version 2, of HashiCorp Vault (or OpenBao), over its HTTP API (`/v1/<mount>/data/<path>`), with
 * a token or an AppRole. Certificates of one's own are Node's matter: `NODE_EXTRA_CA_CERTS`.
 *
 * @throws AssayError `config.secrets-not-configured`
 */
export function vaultSecrets(env: SecretsEnv): SecretSource {
  const { VAULT_ADDR: address, VAULT_TOKEN: token, VAULT_ROLE_ID: role, VAULT_SECRET_ID: secretId } = env;
  if (address === undefined) throw notConfigured('VAULT_ADDR is not set');
  if (token === undefined && (role === undefined || secretId === undefined)) {
    throw notConfigured('neither VAULT_TOKEN nor VAULT_ROLE_ID with VAULT_SECRET_ID is set');
  }
  const path = `${segments(env.ASSAY_SECRETS_VAULT_MOUNT)}/data/${segments(env.ASSAY_SECRETS_VAULT_PATH)}`;
  const place = `Vault at ${new URL(address).origin} (${path})`;
  const ask = async (at: string, init: RequestInit): Promise<unknown> => {
    const namespace = env.VAULT_NAMESPACE === undefined ? {} : { 'x-vault-namespace': env.VAULT_NAMESPACE };
    const headers = { 'x-vault-request': 'true', ...namespace, ...(init.headers as Record<string, string>) };
    return patiently(() => askOnce(new URL(`/v1/${at}`, address), { ...init, headers }, place), place);
  };
  return {
    place,
    async read() {
      const by = token ?? (await logIn(ask, env.ASSAY_SECRETS_VAULT_APPROLE_MOUNT, role!, secretId!, place));
      const answer = secretVersion.safeParse(await ask(path, { headers: { 'x-vault-token': by } }));
      // A secret whose newest version was deleted, or an engine of version 1, answers otherwise.
      if (!answer.success) throw secretsError('config.malformed-secrets', `There is no secret of KV 2 in ${place}.`);
      return secretValues(answer.data.data.data, place);
    },
  };
}

type Ask = (at: string, init: RequestInit) => Promise<unknown>;

async function logIn(ask: Ask, mount: string, role: string, secretId: string, place: string): Promise<string> {
  const body = JSON.stringify({ role_id: role, secret_id: secretId });
  const headers = { 'content-type': 'application/json' };
  const answer = login.safeParse(await ask(`auth/${segments(mount)}/login`, { method: 'POST', body, headers }));
  if (answer.success) return answer.data.auth.client_token;
  throw secretsError('config.secrets-refused', `${place} gives no token for the AppRole.`);
}

/** An answer, or what may be better in a moment. A redirection is refused: it would take the token elsewhere. */
async function askOnce(url: URL, init: RequestInit, place: string): Promise<{ answer: unknown } | { trouble: string }> {
  const signal = AbortSignal.timeout(secretsTimeoutMs);
  const response = await fetch(url, { ...init, signal, redirect: 'manual' }).catch((error: unknown) => ({ error }));
  if ('error' in response) return { trouble: wordsOf(response.error) };
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return { answer };
  const said = refusal.safeParse(answer);
  const words = `status ${response.status}${said.success && said.data.errors.length > 0 ? `, ${said.data.errors.join(', ')}` : ''}`;
  if (response.status >= 500 || response.status === 429) return { trouble: words };
  throw secretsError('config.secrets-refused', `${place} refuses: ${words}.`);
}

async function patiently(
  attempt: () => Promise<{ answer: unknown } | { trouble: string }>,
  place: string,
): Promise<unknown> {
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt();
    if ('answer' in outcome) return outcome.answer;
    if (attempts === secretsAttempts) {
      throw secretsError('config.secrets-unreachable', `${place} does not answer: ${outcome.trouble}.`);
    }
    await sleep(secretsPauseMs * 2 ** (attempts - 1));
  }
}

/** fetch says only "fetch failed"; what happened is its cause. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function segments(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => part === '.' || part === '..')) {
    throw notConfigured(`"${path}" is no path in it`);
  }
  return parts.map(encodeURIComponent).join('/');
}

function notConfigured(what: string): Error {
  return secretsError('config.secrets-not-configured', `Secrets are to come from Vault, but ${what}.`);
}

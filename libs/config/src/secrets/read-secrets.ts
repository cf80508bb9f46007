import { awsSecrets } from './aws-secrets.js';
import { moduleSecrets } from './module-secrets.js';
import type { SecretSource, SecretValues } from './secret-source.js';
import { secretsEnv, type SecretsEnv } from './secrets.env.js';
import { secretsError } from './secrets.errors.js';
import { vaultSecrets } from './vault-secrets.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a start needs to know, and could be kept as a secret. */
export interface SecretNames {
  /** Without each of these nothing starts, unless secrets are local and the platform may make them. */
  readonly needed: readonly string[];
  /** Beside those: names of variables that a place of secrets may set. Others that lie there are left alone. */
  readonly possible: RegExp;
}

/** PatchHound's names (`wire/patchhound.md` §1.1) of what we need too. Keys of ours are sealed with the master key. */
const patchHoundNames: Readonly<Record<string, string>> = { api_key: 'ASSAY_ADMIN_KEY' };

/**
 * What is to be laid over the environment: the secrets that are kept elsewhere, under the names of their variables, and no
 * word of where that is, so that a process which gets it does not ask again. What is kept elsewhere comes before what the
 * environment says.
 *
 * @throws AssayError `config.missing-secret`, naming it and where it was looked for; `config.secrets-*`
 */
export async function readSecrets(
  environment: Environment,
  { needed, possible }: SecretNames,
): Promise<Record<string, string>> {
  const env = secretsEnv.parse({ ...environment });
  const source = sourceOf(env, needed);
  const isWanted = (name: string): boolean => needed.includes(name) || possible.test(name);
  const found = source === null ? {} : wanted(await source.read(), isWanted);
  if (env.ASSAY_SECRETS !== 'local') mustHave({ ...environment, ...found }, needed, source);
  return { ...found, ASSAY_SECRETS: '' };
}

function sourceOf(env: SecretsEnv, needed: readonly string[]): SecretSource | null {
  const from = env.ASSAY_SECRETS;
  if (from === 'aws') return awsSecrets(env.ASSAY_SECRETS_AWS_ID);
  if (from === 'vault') return vaultSecrets(env);
  return from.startsWith('module:') ? moduleSecrets(from.slice('module:'.length), needed) : null;
}

/** Under the names of our variables; what goes by such a name comes before what goes by one of PatchHound's. */
function wanted(kept: SecretValues, isWanted: (name: string) => boolean): SecretValues {
  const renamed = Object.entries(kept).map(([name, value]) => [patchHoundNames[name] ?? name, value] as const);
  return Object.fromEntries(
    [...renamed, ...Object.entries(kept)].filter(([name, value]) => value !== '' && isWanted(name)),
  );
}

function mustHave(environment: Environment, needed: readonly string[], source: SecretSource | null): void {
  const missing = needed.filter((name) => !environment[name]);
  if (missing.length === 0) return;
  const places = source === null ? 'the environment' : `${source.place}, nor in the environment`;
  const [are, they] = missing.length === 1 ? ['is a secret', 'it is'] : ['are secrets', 'they are'];
  const message = `${missing.join(', ')} ${are} that Assay needs, and ${they} not in ${places}.`;
  throw secretsError('config.missing-secret', message);
}

import { z } from 'zod';
import { secretsError } from './secrets.errors.js';

/** Somewhere that secrets are kept. */
export interface SecretSource {
  /** As a sentence names it: `Vault at https://vault.example (secret/data/assay)`. */
  readonly place: string;
  /** All that is kept there, by name. @throws AssayError `config.secrets-*`, `config.malformed-secrets` */
  read(): Promise<SecretValues>;
}

export type SecretValues = Readonly<Record<string, string>>;

const values = z.record(z.string(), z.string());

/** An object of texts. @throws AssayError `config.malformed-secrets` that repeats nothing of it but names */
export function secretValues(given: unknown, place: string): SecretValues {
  const parsed = values.safeParse(given);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map(({ path }) => path.join('.')).filter((name) => name !== '');
  const what = names.length === 0 ? 'no object of names and texts' : `no text under ${names.join(', ')}`;
  throw secretsError('config.malformed-secrets', `There is ${what} in ${place}.`);
}

/** The same of a JSON text. @throws AssayError `config.malformed-secrets` */
export function secretValuesOfJson(text: string, place: string): SecretValues {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // Without its cause: a parser's message quotes what it could not read.
    throw secretsError('config.malformed-secrets', `There is no JSON in ${place}.`);
  }
  return secretValues(given, place);
}

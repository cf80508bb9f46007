import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { secretsModuleTimeoutMs } from '../limits.js';
import { type SecretSource, secretValues } from './secret-source.js';
import { secretsError } from './secrets.errors.js';

/**
 * A module of the user's own. Its default export is a function that gives, or promises, an object of names and texts; it gets
 * the names that the start needs: `export default async ({ needed }) => ({ ASSAY_MASTER_KEY: '…', … })`.
 */
export function moduleSecrets(file: string, needed: readonly string[]): SecretSource {
  const path = resolve(file);
  const place = `the module ${path}`;
  return {
    place,
    async read() {
      const given = await Promise.race([askModule(path, needed, place), tooLong(place)]);
      return secretValues(given, place);
    },
  };
}

async function askModule(path: string, needed: readonly string[], place: string): Promise<unknown> {
  try {
    const { default: give } = (await import(pathToFileURL(path).href)) as { default?: unknown };
    if (typeof give === 'function') return await (give as (asked: object) => unknown)({ needed });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw secretsError('config.secrets-unreachable', `${place} gives no secrets: ${words}`, error);
  }
  throw secretsError('config.secrets-not-configured', `${place} has no function as its default export.`);
}

async function tooLong(place: string): Promise<never> {
  await sleep(secretsModuleTimeoutMs, undefined, { ref: false });
  const message = `${place} has given no secrets in ${secretsModuleTimeoutMs / 1_000} s.`;
  throw secretsError('config.secrets-unreachable', message);
}

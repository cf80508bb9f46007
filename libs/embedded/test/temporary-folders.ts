import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders of one embedded installation in a temporary place, closed to other users as a clone in somebody's home is. */
export function temporaryFolders(): { dataDir(part: string): string; runDir: string; log: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'assay-embedded-'));
  return {
    dataDir: (part) => join(root, part),
    runDir: join(root, 'run'),
    log: join(root, 'server.log'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

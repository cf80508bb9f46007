import { join } from 'node:path';
import { readOrCreateSecret } from '@assay/embedded';
import type { DataDir } from './data-dir.js';
import type { PlatformEnv } from './platform.env.js';

/** The two keys of an installation, from the environment or from files that are made at the first start (0600). */
export function installationKeys(
  env: PlatformEnv,
  dir: DataDir,
): Record<'ASSAY_MASTER_KEY' | 'ASSAY_INTERNAL_KEY', string> {
  return {
    ASSAY_MASTER_KEY: env.ASSAY_MASTER_KEY ?? readOrCreateSecret(join(dir.secrets, 'master-key')),
    ASSAY_INTERNAL_KEY: env.ASSAY_INTERNAL_KEY ?? readOrCreateSecret(join(dir.secrets, 'internal-key')),
  };
}

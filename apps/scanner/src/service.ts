import { defineService } from '@assay/service-host';
import { ScannerTables1763800000000 } from './migrations/1763800000000-scanner-tables.migration.js';
import { ExceptionCopies1763900000002 } from './migrations/1763900000002-exception-copies.migration.js';
import { TargetsAndEpss1763900600000 } from './migrations/1763900600000-targets-and-epss.migration.js';
import { scannerEnv } from './scanner.env.js';
import { ScannerModule } from './scanner.module.js';

/** Says what is there: inventory, advisories, findings. */
export const scannerService = defineService({
  name: 'scanner',
  module: (env) => ScannerModule.forEnv(env),
  env: scannerEnv,
  migrations: [ScannerTables1763800000000, ExceptionCopies1763900000002, TargetsAndEpss1763900600000],
});

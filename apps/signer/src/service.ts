import { defineService } from '@assay/service-host';
import { SignerTables } from './migrations/1763800000000-signer-tables.migration.js';
import { SignedVerdicts } from './migrations/1763900210000-signed-verdicts.migration.js';
import { VerifiedAttestationsAndImages } from './migrations/1763900500000-verified-attestations-and-images.migration.js';
import { signerEnv } from './signer.env.js';
import { SignerModule } from './signer.module.js';

/** Keys, signatures and attestations. */
export const signerService = defineService({
  name: 'signer',
  module: () => SignerModule,
  env: signerEnv,
  migrations: [SignerTables, SignedVerdicts, VerifiedAttestationsAndImages],
});

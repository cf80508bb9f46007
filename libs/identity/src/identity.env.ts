import { defineEnv, type EnvOf, secret } from '@assay/config';
import { minMasterKeyLength } from './limits.js';

/** The two keys of an installation. The platform makes them at its first start when nobody gives them. */
export const identityEnv = defineEnv({
  name: 'every service',
  shape: {
    ASSAY_MASTER_KEY: secret(minMasterKeyLength).describe(
      'Encrypts keys at rest and keys the hashes of credentials; losing it loses them',
    ),
    ASSAY_INTERNAL_KEY: secret(minMasterKeyLength).describe(
      'Signs the identities that services send each other; the same for all services',
    ),
  },
});

export type IdentityEnv = EnvOf<typeof identityEnv>;

/** The keys of this process. @throws AssayError `config.invalid-environment` */
export function readIdentityEnv(env: NodeJS.ProcessEnv = process.env): IdentityEnv {
  return identityEnv.parse(env);
}

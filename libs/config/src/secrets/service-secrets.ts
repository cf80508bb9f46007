import type { SecretNames } from './read-secrets.js';

/**
 * The secrets of services by their variables: keys, and addresses that hold passwords.
 * @param isDoor whether the gateway, which strangers call, is among them: it has the first admin's key
 */
export function serviceSecrets(isDoor: boolean): SecretNames {
  const keys = ['ASSAY_MASTER_KEY', 'ASSAY_INTERNAL_KEY'];
  return {
    needed: isDoor ? [...keys, 'ASSAY_ADMIN_KEY'] : keys,
    possible: /^(ASSAY_ADMIN_KEY|([A-Z]+(_[A-Z]+)?_)?DATABASE_URL|NATS_URL|S3_ACCESS_KEY|S3_SECRET_KEY)$/,
  };
}

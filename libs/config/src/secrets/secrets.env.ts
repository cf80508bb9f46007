import { z } from 'zod';
import { defineEnv, type EnvOf } from '../define-env.js';
import { secret } from '../values.js';

/** Where the secrets of the server come from. The AWS client reads its own variables beside these. */
export const secretsEnv = defineEnv({
  name: 'secrets of every service',
  shape: {
    ASSAY_SECRETS: z
      .string()
      .regex(/^(local|environment|aws|vault|module:.+)$/, 'must be local, environment, aws, vault or module:FILE')
      .default('local')
      .describe('Where secrets are kept: `docs/secrets.md`')
      .meta({ unit: 'local, environment, aws, vault, module:FILE' }),
    ASSAY_SECRETS_AWS_ID: z
      .string()
      .default('assay')
      .describe('Name or ARN in AWS Secrets Manager; region, endpoint and credentials by the variables of the AWS SDK'),
    VAULT_ADDR: z.url().optional().describe('Address of HashiCorp Vault'),
    VAULT_TOKEN: secret().optional().describe('Token for Vault; without it the AppRole is used'),
    VAULT_ROLE_ID: z.string().optional().describe('Role of the AppRole for Vault'),
    VAULT_SECRET_ID: secret().optional().describe('Secret of the AppRole for Vault'),
    VAULT_NAMESPACE: z.string().optional().describe('Namespace in Vault'),
    ASSAY_SECRETS_VAULT_MOUNT: z.string().default('secret').describe('Mount of the KV engine, version 2, in Vault'),
    ASSAY_SECRETS_VAULT_APPROLE_MOUNT: z.string().default('approle').describe('Mount of the AppRole method in Vault'),
    ASSAY_SECRETS_VAULT_PATH: z.string().default('assay').describe('Path of the secret below that mount'),
  },
});

export type SecretsEnv = EnvOf<typeof secretsEnv>;

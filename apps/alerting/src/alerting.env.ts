import { defineEnv, type EnvOf, networks, secret } from '@assay/config';
import { z } from 'zod';

/** What alerting reads beside what every service does. */
export const alertingEnv = defineEnv({
  name: 'alerting',
  shape: {
    ASSAY_MASTER_KEY: secret(16).describe('Encrypts the secrets of channels at rest'),
    OUTBOUND_ALLOWED_NETWORKS: networks
      .prefault('')
      .describe('Networks that webhooks may go to beside public addresses, such as 10.0.0.0/8'),
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address under which people reach the gateway: links in messages begin with it'),
  },
});

export type AlertingEnv = EnvOf<typeof alertingEnv>;

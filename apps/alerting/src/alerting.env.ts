import { defineEnv, type EnvOf, networks, secret, wholeNumber } from '@assay/config';
import { z } from 'zod';

/** What alerting reads beside what every service does. */
export const alertingEnv = defineEnv({
  name: 'alerting',
  shape: {
    ASSAY_MASTER_KEY: secret(16).describe('Encrypts the secrets of channels at rest'),
    OUTBOUND_ALLOWED_NETWORKS: networks
      .prefault('')
      .describe('Networks that webhooks may go to beside public addresses, such as 10.0.0.0/8'),
    ALERT_WEBHOOK_URL: secret()
      .pipe(z.url({ protocol: /^https?$/ }))
      .optional()
      .meta({ secret: true })
      .describe('Where alerts go of repositories whose CI names no webhook: an address of Discord or Slack'),
    SMTP_URL: secret()
      .pipe(z.url({ protocol: /^smtps?$/ }))
      .optional()
      .meta({ secret: true })
      .describe('The mail server for channels of type email, such as smtps://user:password@mail.example.com'),
    SMTP_FROM: z.string().default('Assay <assay@localhost>').describe('Who mails are from'),
    ALERT_RETENTION_DAYS: wholeNumber(1, 3_650)
      .prefault('180')
      .describe('How long alerts and the log of their deliveries are kept'),
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address under which people reach the gateway: links in messages begin with it'),
  },
});

export type AlertingEnv = EnvOf<typeof alertingEnv>;

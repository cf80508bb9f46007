import { bytes, defineEnv, type EnvOf, flag, secret, wholeNumber } from '@assay/config';

/** What the gateway reads beside what every service does. */
export const ingestGatewayEnv = defineEnv({
  name: 'ingest-gateway',
  shape: {
    ASSAY_ADMIN_KEY: secret(16).optional().describe('The first admin key; without it one is made at the first start'),
    SIGNAL_RETENTION_DAYS: wholeNumber(0, 3_650)
      .default(90)
      .describe('Whole days that signals are kept, today not counted; 0 keeps them for ever'),
    SANTAMON_API_KEY: secret(16)
      .optional()
      .describe(
        'One key of 16 characters or more for all Santamon agents of the tenant default, as its own server has',
      ),
    INGEST_MAX_DOCUMENT_BYTES: bytes.prefault('512MiB').describe('Largest accepted document, unpacked'),
    INGEST_DAILY_DOCUMENTS: wholeNumber(1, Number.MAX_SAFE_INTEGER)
      .default(10_000_000)
      .describe('Documents that one tenant may send in a day (UTC)'),
    INGEST_DAILY_SIGNALS: wholeNumber(1, Number.MAX_SAFE_INTEGER)
      .default(1_000_000_000)
      .describe('Signals that one tenant may send in a day (UTC)'),
    INGEST_DAILY_BYTES: bytes.prefault('4096GiB').describe('Bytes, unpacked, that one tenant may send in a day (UTC)'),
    INGEST_REQUESTS_PER_SECOND: wholeNumber(1, 1_000_000)
      .default(20_000)
      .describe('Requests with documents that one credential may send in a second, at each gateway'),
    INGEST_VEX_FROM_CI: flag
      .default(false)
      .describe('Whether credentials of CI may send VEX, which makes exceptions; else admins and analysts alone'),
    PATCHMON_MAX_SUBMISSION_BYTES: bytes
      .prefault('5MiB')
      .describe('Largest submission of a PatchMon agent, unpacked; real ones have up to 1.8 MB'),
    PATCHMON_SUBMISSIONS_PER_MINUTE: wholeNumber(1, 1_000_000)
      .default(10)
      .describe('Submissions that the agent of one host may send in a minute, to each gateway'),
    ASSAY_PATH_TOKEN_DAYS: wholeNumber(1, 36_500)
      .default(30)
      .describe("Days that PatchHound's tokens to the files of a scan are good for"),
  },
});

export type IngestGatewayEnv = EnvOf<typeof ingestGatewayEnv>;

import { defineEnv, type EnvOf, flag } from '@assay/config';
import { z } from 'zod';

/** Texts separated by commas, without empty ones. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** What the scanner reads beside what every service reads. */
export const scannerEnv = defineEnv({
  name: 'scanner',
  shape: {
    OSV_FEED_URLS: list
      .default([])
      .describe(
        'Addresses of OSV archives, separated by commas, as https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip',
      ),
    KEV_FEED_URL: z
      .url()
      .optional()
      .describe('Address of the KEV catalogue (CISA, known_exploited_vulnerabilities.json)'),
    EPSS_FEED_URL: z
      .url()
      .optional()
      .describe('Address of the EPSS scores, as https://epss.empiricalsecurity.com/epss_scores-current.csv.gz'),
    FEEDS_DIR: z
      .string()
      .optional()
      .describe('Folder with a mirror of the feeds: osv/, kev/ and epss/; used before addresses'),
    FEEDS_SEED: flag.default(true).describe('Start with the advisories that are shipped, if there are none yet'),
  },
});

export type ScannerEnv = EnvOf<typeof scannerEnv>;

/** Injects the scanner's settings. */
export const SCANNER_ENV = Symbol('scanner-env');

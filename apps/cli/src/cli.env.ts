import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineEnv, secret } from '@assay/config';
import { z } from 'zod';

/** What the command line reads from the environment. */
export const cliEnv = defineEnv({
  name: 'assay (command line)',
  shape: {
    ASSAY_URL: z.url().default('http://127.0.0.1:8080').describe('Address of the gateway'),
    ASSAY_API_KEY: secret()
      .optional()
      .describe("The key to ask with; on the gateway's own machine the admin key is found"),
    ASSAY_DATA_DIR: z.string().default('.assay').describe('Folder of the embedded default, for its admin key'),
  },
});

export interface Connection {
  readonly url: string;
  readonly apiKey: string | undefined;
}

/** Where to ask and with which key: options first, then the environment, then the admin key of this machine. */
export function connectionFrom(
  options: { readonly url?: string | undefined; readonly apiKey?: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): Connection {
  const values = cliEnv.parse(env);
  return {
    url: (options.url ?? values.ASSAY_URL).replace(/\/$/, ''),
    apiKey: options.apiKey ?? values.ASSAY_API_KEY ?? localAdminKey(values.ASSAY_DATA_DIR),
  };
}

function localAdminKey(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

import { z } from 'zod';

/**
 * What a CI client says of its run beside the origin, handed on unchanged from the receipt to the history. Texts are as
 * sent, bounded by the gateway.
 */
export const runContextSchema = z.object({
  /** The name by which the client asks for the files of this run (PatchHound: `YYYYMMDD_HHMMSS`, UTC), unique in its repository. */
  name: z.string().nullable(),
  /** Versions of the tools that made the documents, by tool. */
  toolVersions: z.record(z.string(), z.string()),
  scanRoot: z.string().nullable(),
  /** Rule sets the tools ran with, by tool (`semgrep`: `--config=p/ci`). */
  rulesets: z.record(z.string(), z.array(z.string())),
  /** Tools that the client says it did not run (`semgrep`, `trivy`). */
  skipped: z.array(z.string()),
  /** The severity word or CVSS number from which the client fails, as sent. */
  failOn: z.string().nullable(),
  /** Where the caller wants to be told of this run: a webhook's address, sealed with the master key because it is a secret. */
  notify: z.object({ sealedUrl: z.string() }).nullable(),
});
export type RunContext = z.infer<typeof runContextSchema>;

import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Our own engine, as verdicts and findings name it. */
export const engineName = 'assay-osv';

/** Its version is that of this package; source and built output lie equally deep below it. */
export const engineVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;

/** The `tool` of scans of SBOMs; those of reports have the name of the tool that wrote it. */
export const sbomTool = 'sbom';

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Where a file is sent: the report of a tool that we read, or an SBOM, which the gateway recognises by content. */
export type IngestRoute = '/api/v1/ingest/sbom' | '/api/v1/ingest/reports/trivy';

const headBytes = 64 * 1024;

/** Looks at a file's first bytes, as its name says nothing reliable. */
export async function routeOf(file: string): Promise<IngestRoute> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return looksLikeTrivy(buffer.subarray(0, bytesRead).toString('utf8'))
      ? '/api/v1/ingest/reports/trivy'
      : '/api/v1/ingest/sbom';
  } finally {
    await handle.close();
  }
}

/** Trivy's report has `SchemaVersion` or `ArtifactName` where CycloneDX has `bomFormat` and SPDX `spdxVersion`. */
export function looksLikeTrivy(head: string): boolean {
  if (/"(bomFormat|spdxVersion|@context)"/.test(head)) return false;
  return /"(SchemaVersion|ArtifactName|Results)"\s*:/.test(head) || /^\s*\[\s*\{\s*"Target"/.test(head);
}

/** The file as a stream; compressed files are sent as they are. */
export function contentOf(file: string): { body: Readable; headers: Record<string, string> } {
  const headers: Record<string, string> = file.endsWith('.gz')
    ? { 'content-encoding': 'gzip' }
    : file.endsWith('.zst')
      ? { 'content-encoding': 'zstd' }
      : {};
  return { body: createReadStream(file), headers };
}

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Where a file is sent: an SBOM, or the report of a tool, which the platform recognises by its content. */
export type IngestRoute = '/api/v1/ingest/sbom' | '/api/v1/ingest/reports' | `/api/v1/ingest/reports/${string}`;

/** The route of reports of one tool. */
export function reportRoute(tool: string): IngestRoute {
  return `/api/v1/ingest/reports/${encodeURIComponent(tool)}`;
}

const headBytes = 64 * 1024;

/** Looks at a file's first bytes, as its name says nothing reliable. A compressed file is taken for an SBOM. */
export async function routeOf(file: string): Promise<IngestRoute> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return looksLikeReport(buffer.subarray(0, bytesRead).toString('utf8'))
      ? '/api/v1/ingest/reports'
      : '/api/v1/ingest/sbom';
  } finally {
    await handle.close();
  }
}

/** A report is any JSON without the names that CycloneDX and SPDX begin with (SPDX with sorted names has `SPDXID` first). */
export function looksLikeReport(head: string): boolean {
  return /^\s*[[{]/.test(head) && !/"(bomFormat|spdxVersion|SPDXID|@context)"\s*:/.test(head);
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

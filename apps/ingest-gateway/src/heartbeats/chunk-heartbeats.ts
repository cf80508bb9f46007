import type { Heartbeat } from '@assay/contracts';

/** Heartbeats in groups that have at most so many bytes as JSON. */
export function chunked(heartbeats: readonly Heartbeat[], maxBytes: number): Heartbeat[][] {
  const chunks: Heartbeat[][] = [];
  let left = 0;
  for (const heartbeat of heartbeats) {
    const bytes = Buffer.byteLength(JSON.stringify(heartbeat)) + 1;
    if (bytes > left) {
      chunks.push([]);
      left = maxBytes;
    }
    chunks.at(-1)!.push(heartbeat);
    left -= bytes;
  }
  return chunks;
}

import { hash } from 'node:crypto';
import type { Rejection } from './feed.js';
import { readFeedFiles, type SourcedReading } from './feed-files.js';
import { feedBatchRecords } from '../limits.js';

/** A record on its way in; `body` is the advisory as JSON. */
export interface StagedRecord {
  readonly id: string;
  readonly source: string;
  readonly digest: string;
  readonly body: string;
}

/** A piece of a feed: how many records were read, those that are advisories, those that can't be used, and whence. */
export interface FeedBatch {
  readonly read: number;
  readonly records: readonly StagedRecord[];
  readonly rejections: readonly Rejection[];
  readonly sources: readonly string[];
}

/** The OSV records of a file or folder in batches, ready to be stored. `name` is the file's own, if the path has another. */
export async function* readFeedBatches(path: string, name?: string): AsyncGenerator<FeedBatch> {
  let readings: SourcedReading[] = [];
  for await (const reading of readFeedFiles(path, name)) {
    readings.push(reading);
    if (readings.length < feedBatchRecords) continue;
    yield toBatch(readings);
    readings = [];
  }
  if (readings.length > 0) yield toBatch(readings);
}

function toBatch(readings: readonly SourcedReading[]): FeedBatch {
  return {
    read: readings.length,
    sources: [...new Set(readings.map(({ source }) => source))],
    records: readings.flatMap(({ source, reading }): StagedRecord[] => {
      if (reading.outcome !== 'advisory') return [];
      const body = JSON.stringify(reading.advisory);
      return [{ id: reading.advisory.id, source, digest: hash('sha256', body, 'base64url'), body }];
    }),
    rejections: readings.flatMap(({ source, reading }): Rejection[] =>
      reading.outcome === 'refused' ? [{ source, id: reading.id, reason: reading.reason }] : [],
    ),
  };
}

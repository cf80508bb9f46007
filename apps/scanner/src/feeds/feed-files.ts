import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { readFeedLines } from '../advisories/read-feed.js';
import { type OsvReading, readOsvRecord } from '../advisories/osv-record.js';
import { maxFeedLineBytes } from '../limits.js';
import { refuse } from '../scanner.errors.js';
import { tarEntries, zipEntries } from './archives.js';

/** A reading and the source that it came from: an archive, a file of lines, or a folder of single records. */
export interface SourcedReading {
  readonly source: string;
  readonly reading: OsvReading;
}

const feedFile = /\.(?:json|jsonl|ndjson|zip|tar|tgz)(?:\.gz)?$/i;

/**
 * Every OSV record of a file or of all files below a folder: single records (`.json`), one a line (`.jsonl`), archives of
 * records (`.zip` as OSV publishes them, `.tar.gz`), each also packed with gzip. What is no record is a refused reading.
 */
export async function* readFeedFiles(path: string, name?: string): AsyncGenerator<SourcedReading> {
  for (const file of await filesOf(path)) {
    const shown = name ?? file;
    for await (const reading of readFile(file, shown)) yield { source: sourceOf(shown), reading };
  }
}

/** `PyPI/all.zip` and `osv-pypi.jsonl.gz` are one source, `pypi`; single records belong to the folder they lie in. */
export function sourceOf(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replace(/(?:\.gz|\.jsonl|\.ndjson|\.zip|\.tar|\.tgz)+$/, '');
  const folder = basename(dirname(path)).toLowerCase();
  if (name === 'all' || name.endsWith('.json')) return folder === '' || folder === '.' ? 'records' : folder;
  return name.replace(/^osv-/, '');
}

/** True if the file, once read, is all that its source has to say. */
export function isWholeSource(path: string): boolean {
  return !/\.json(?:\.gz)?$/i.test(path);
}

async function filesOf(path: string, pattern = feedFile): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function* readFile(file: string, name: string): AsyncGenerator<OsvReading> {
  const lower = name.toLowerCase();
  if (lower.endsWith('.zip')) {
    for await (const entry of zipEntries(file)) yield await readRecord(entry.content, entry.name);
    return;
  }
  const packed = /\.(?:gz|tgz)$/.test(lower);
  const bytes = packed ? createReadStream(file).pipe(createGunzip()) : createReadStream(file);
  if (/\.(?:tar(?:\.gz)?|tgz)$/.test(lower)) {
    for await (const entry of tarEntries(bytes)) yield await readRecord(entry.content, entry.name);
  } else if (/\.(?:jsonl|ndjson)(?:\.gz)?$/.test(lower)) yield* readFeedLines(bytes);
  else yield await readRecord(bytes, name);
}

async function readRecord(content: AsyncIterable<Uint8Array>, name: string): Promise<OsvReading> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of content) {
    length += part.length;
    if (length <= maxFeedLineBytes) parts.push(part);
  }
  if (length > maxFeedLineBytes) return refused(`${name} is larger than ${maxFeedLineBytes} bytes`);
  try {
    return readOsvRecord(JSON.parse(Buffer.concat(parts).toString('utf8')));
  } catch {
    return refused(`${name} is no JSON`);
  }
}

function refused(reason: string): OsvReading {
  return { outcome: 'refused', id: null, reason };
}

/** The bytes of a KEV catalogue: the file, or the first JSON file of a folder. */
export async function openCatalog(path: string, name?: string): Promise<AsyncIterable<Uint8Array>> {
  const file = (await filesOf(path)).find((each) => /\.json(?:\.gz)?$/i.test(name ?? each));
  if (file === undefined) throw refuse('scanner.feed-not-recognised', '$', 'there is no .json file');
  return openPacked(file, name);
}

const scoresFile = /\.csv(?:\.gz)?$/i;

/** The bytes of EPSS scores: the file, or the last one of a folder by name, which is the newest as FIRST names them. */
export async function openScores(path: string, name?: string): Promise<AsyncIterable<Uint8Array>> {
  const file = (await filesOf(path, scoresFile)).findLast((each) => scoresFile.test(name ?? each));
  if (file === undefined) throw refuse('scanner.feed-not-recognised', '$', 'there is no .csv file');
  return openPacked(file, name);
}

function openPacked(file: string, name: string | undefined): AsyncIterable<Uint8Array> {
  const bytes = createReadStream(file);
  return (name ?? file).toLowerCase().endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
}

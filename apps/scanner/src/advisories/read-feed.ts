import { maxFeedLineBytes } from '../limits.js';
import { readOsvRecord, type OsvReading } from './osv-record.js';

const newline = 0x0a;

/**
 * Reads a feed of one OSV record a line from a stream of UTF-8 bytes. A line that is no JSON, or too long to be a record, is
 * reported as refused and the next one is read; empty lines are passed over.
 */
export async function* readFeedLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<OsvReading> {
  for await (const line of linesOf(source)) {
    if (line === null) yield refused(`a line is longer than ${maxFeedLineBytes} bytes`);
    else if (line.trim() !== '') yield readLine(line);
  }
}

function readLine(line: string): OsvReading {
  try {
    return readOsvRecord(JSON.parse(line));
  } catch {
    return refused('a line is no JSON');
  }
}

function refused(reason: string): OsvReading {
  return { outcome: 'refused', id: null, reason };
}

/** The lines as text; null for one that is too long. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string | null> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    length += bytes.length;
    // What exceeds the limit is counted and not kept.
    if (length <= maxFeedLineBytes) parts.push(bytes);
  };
  const take = (): string | null => {
    const line = length > maxFeedLineBytes ? null : Buffer.concat(parts).toString('utf8');
    [parts, length] = [[], 0];
    return line;
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    // The source may use its buffer again.
    add(chunk.slice(start));
  }
  if (length > 0) yield take();
}

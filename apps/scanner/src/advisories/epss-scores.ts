import { epssRowsPerBatch, maxEpssLineChars } from '../limits.js';
import { refuse } from '../scanner.errors.js';

/** Scores as columns, ready for one statement. Both are probabilities, 0 to 1. */
export interface EpssBatch {
  readonly cves: readonly string[];
  readonly scores: readonly number[];
  readonly percentiles: readonly number[];
}

/** What a file of scores says of itself. */
export interface EpssSummary {
  /** `v2025.03.14`, `unknown`. */
  readonly model: string;
  /** Day of the model run, `YYYY-MM-DD`. */
  readonly date: string;
  readonly rows: number;
  /** Lines that are no scores. */
  readonly refused: number;
}

const heading = /^#.*\bmodel_version:([^,\s]+),.*\bscore_date:(\d{4}-\d{2}-\d{2})/;
const row = /^(CVE-\d{4}-\d{4,19}),([\d.eE-]+),([\d.eE-]+)$/;

/**
 * Reads the scores as FIRST publishes them (first.org/epss/data_stats): a comment with model and day, the names of the
 * columns, `cve,epss,percentile`, and a line per CVE. Batches go to `sink` one after the other.
 * @throws AssayError `scanner.feed-not-recognised` for a file without that comment or without any score
 */
export async function readEpssScores(
  source: AsyncIterable<Uint8Array>,
  sink: (batch: EpssBatch) => Promise<void>,
): Promise<EpssSummary> {
  let head: RegExpExecArray | null = null;
  let [rows, refused] = [0, 0];
  let batch = emptyBatch();
  for await (const lines of linesOf(source)) {
    for (const line of lines) {
      if (head === null) {
        head = heading.exec(line);
        if (head === null)
          throw refuse('scanner.feed-not-recognised', 'line 1', 'names no model_version and score_date');
      } else if (line !== 'cve,epss,percentile' && line !== '') {
        if (take(line, batch)) rows += 1;
        else refused += 1;
      }
    }
    if (batch.cves.length < epssRowsPerBatch) continue;
    await sink(batch);
    batch = emptyBatch();
  }
  if (batch.cves.length > 0) await sink(batch);
  if (head === null || rows === 0) throw refuse('scanner.feed-not-recognised', 'line 1', 'no scores follow');
  return { model: head[1]!, date: head[2]!, rows, refused };
}

type Columns = { cves: string[]; scores: number[]; percentiles: number[] };

function emptyBatch(): Columns {
  return { cves: [], scores: [], percentiles: [] };
}

function take(line: string, { cves, scores, percentiles }: Columns): boolean {
  const [, cve, score, percentile] = row.exec(line) ?? [];
  if (cve === undefined || !isProbability(Number(score)) || !isProbability(Number(percentile))) return false;
  cves.push(cve);
  scores.push(Number(score));
  percentiles.push(Number(percentile));
  return true;
}

function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** The lines of each chunk; what is longer than any line of scores is cut, and then no score. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxEpssLineChars);
    yield lines.map((line) => line.trimEnd());
  }
  yield [rest.trimEnd()];
}

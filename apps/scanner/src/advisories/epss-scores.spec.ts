import { describe, expect, it } from 'vitest';
import { bytesOf, documentBytes, scannerRoot } from '../../test/support/fixtures.js';
import { type EpssBatch, readEpssScores } from './epss-scores.js';

async function reading(source: AsyncIterable<Uint8Array>) {
  const batches: EpssBatch[] = [];
  const summary = await readEpssScores(source, async (batch) => void batches.push(batch));
  return { summary, batches };
}
const head = '#model_version:v2025.03.14,score_date:2026-06-21T12:55:00Z\ncve,epss,percentile\n';

describe('EPSS scores', () => {
  it('are read as they are shipped', async () => {
    const { summary, batches } = await reading(bytesOf(`${scannerRoot}seed/epss/epss_scores-2026-06-21.csv.gz`));
    expect(summary).toEqual({ model: 'unknown', date: '2026-06-21', rows: 341_602, refused: 0 });
    const [at, batch] = batches.flatMap((each): [number, EpssBatch][] => {
      const place = each.cves.indexOf('CVE-2021-44228');
      return place === -1 ? [] : [[place, each]];
    })[0]!;
    expect([batch.scores[at], batch.percentiles[at]]).toEqual([0.99999, 1]);
  });

  it('arrive in chunks of any size, and lines that are no scores are counted', async () => {
    const text = `${head}CVE-2026-0001,0.5,0.9\r\nCVE-2026-0002,1.5,0.9\nnonsense\nCVE-2026-0003,1e-05,0`;
    const { summary, batches } = await reading(documentBytes(text, 7));
    expect(summary).toEqual({ model: 'v2025.03.14', date: '2026-06-21', rows: 2, refused: 2 });
    expect(batches).toEqual([
      { cves: ['CVE-2026-0001', 'CVE-2026-0003'], scores: [0.5, 0.00001], percentiles: [0.9, 0] },
    ]);
  });

  it.each(['', 'cve,epss,percentile\nCVE-2026-0001,0.5,0.9', head])(
    'are refused where there are none: %j would clear every score',
    async (text) => {
      await expect(reading(documentBytes(text))).rejects.toMatchObject({ code: 'scanner.feed-not-recognised' });
    },
  );
});

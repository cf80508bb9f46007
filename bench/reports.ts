/**
 * Promise: trivy reports of 11 KB, 191 KB and 2.3 MB answered with a gate 500, 300 and 40 times a second at 16
 * connections, on two cores that the sender shares; everything durable and audited; the backlog flat. SecureCase's own
 * server, which keeps one row and audits nothing, does 480, 196 and 28 with one worker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, demand, type Reporter } from './support/bench.js';
import { secureCaseBody, trivyReportOf } from './support/documents.js';
import { rounded, spreadOf } from './support/figures.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { type MeasuredPlatform, withPlatform } from './support/platform.js';
import { processorSeconds } from './support/processor-time.js';
import { demandNoDeadLetters, waitingReceipts } from './support/receipts.js';

/** `--size=11|191|2300` and `--kind=own|same` measure one size, one kind alone. */
const options = optionsOf({
  connections: 16,
  seconds: 10,
  rounds: 3,
  warmup: 5,
  repositories: 200,
  drainSeconds: 120,
  size: 0,
  kind: '',
});

const sizes = [
  { name: '11 KB', kilobytes: 11, aim: 500, upstream: 480 },
  { name: '191 KB', kilobytes: 191, aim: 300, upstream: 196 },
  { name: '2.3 MB', kilobytes: 2_300, aim: 40, upstream: 28 },
] as const;

/** Reports whose bytes are their own, as those of CI runs are; or the same bytes again, as of a rerun or an unchanged image. */
const kinds = { own: 'each of its own bytes', same: 'the same bytes again' } as const;

type Kind = (typeof kinds)[keyof typeof kinds];

interface Answer {
  readonly critical: number;
  readonly high: number;
  readonly gate: boolean;
  readonly case_status: string;
}

async function measure(
  say: Reporter,
  platform: MeasuredPlatform,
  size: (typeof sizes)[number],
  kind: Kind,
): Promise<number> {
  const client = platform.client(options.connections);
  const report = trivyReportOf(size.kilobytes * 1_000);
  const { critical, high } = report;
  let next = 0;
  const send = async (): Promise<number> => {
    const number = next++;
    const bytes = report.bytes(kind === 'the same bytes again' ? 0 : number);
    const body = secureCaseBody(bytes, number % options.repositories, number);
    const { status, body: said, tookMs } = await client.post('/api/v1/ingest/trivy', body);
    const answer = JSON.parse(said.toString()) as Answer;
    const right = answer.critical === critical && answer.high === high && answer.gate && answer.case_status === 'OPEN';
    demand(status === 200 && right, `status ${status}`, answer);
    return tookMs;
  };
  await during(client, options.warmup, send);
  const rates: number[] = [];
  const all: number[] = [];
  const pids = new Map([...platform.pids(), ['this sender', process.pid]]);
  const before = processorSeconds(pids);
  let documents = 0;
  for (let round = 1; round <= options.rounds; round += 1) {
    const { tookMs, seconds } = await during(client, options.seconds, send);
    rates.push(tookMs.length / seconds);
    all.push(...tookMs);
    documents += tookMs.length;
    say.spread(`  round ${round}: ${rounded(tookMs.length / seconds)} per second`, spreadOf(tookMs));
  }
  const after = processorSeconds(pids);
  const waiting = await waitingReceipts(client);
  demand(waiting <= options.connections * 4, `${waiting} documents are not done behind the last answer`);
  await drained(client);
  const each = [...after].map(
    ([name, used]) => `${name} ${rounded((1000 * (used - (before.get(name) ?? 0))) / documents)} ms`,
  );
  say.fact('  processor time for each document', each.join(', '));
  say.fact('  not done when the last answer came', waiting);
  say.spread(`  ${size.name}, ${kind}`, spreadOf(all));
  return rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)]!;
}

/** Every connection sends its next report when the last is answered. */
async function during(
  { connections }: HttpClient,
  seconds: number,
  send: () => Promise<number>,
): Promise<{ tookMs: number[]; seconds: number }> {
  const tookMs: number[] = [];
  const begun = performance.now();
  const connection = async (): Promise<void> => {
    while (performance.now() - begun < seconds * 1000) tookMs.push(await send());
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return { tookMs, seconds: (performance.now() - begun) / 1000 };
}

async function drained(client: HttpClient): Promise<void> {
  const begun = performance.now();
  while ((await waitingReceipts(client)) > 0) {
    demand(performance.now() - begun < options.drainSeconds * 1000, 'documents are still not done');
    await sleep(100);
  }
}

await bench('Reports: trivy report to gate answer', (say) =>
  withPlatform(say, options, async (platform) => {
    say.fact('connections', options.connections);
    say.fact('repositories', `${options.repositories}, one pull request each, a run of its own for every report`);
    for (const [word, kind] of Object.entries(kinds)) {
      if (options.kind !== '' && options.kind !== word) continue;
      for (const size of sizes) {
        if (options.size > 0 && options.size !== size.kilobytes) continue;
        say.say('');
        say.fact(size.name, kind);
        const measured = await measure(say, platform, size, kind);
        say.promise({
          what: `trivy ${size.name}, ${kind}, gate answers per second (SecureCase's server: ${size.upstream})`,
          measured,
          unit: '/s',
          aim: { atLeast: size.aim },
        });
      }
    }
    await demandNoDeadLetters(platform.client(1));
  }),
);

/**
 * Promise: 500 documents of 20 KB accepted and 300 judged per second, side by side, on two cores that the sender shares.
 * Two phases: first as fast as they are taken, then at a steady rate with a backlog that must stay flat.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, demand, type Reporter } from './support/bench.js';
import { originOf, smallSbomBytes, smallSboms, smallSbomVariants } from './support/documents.js';
import { rounded, spreadOf } from './support/figures.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { type MeasuredPlatform, withPlatform } from './support/platform.js';
import { processorSeconds } from './support/processor-time.js';
import { allReceipts, demandNoDeadLetters, waitingReceipts } from './support/receipts.js';

const options = optionsOf({ connections: 64, seconds: 15, rate: 300, drainSeconds: 300 });

const document = smallSboms();
let nextNumber = 0;
/** Receipt by document, so that afterwards everything that was accepted can be looked for. */
const accepted = new Map<string, number>();

async function send(client: HttpClient): Promise<number> {
  const number = nextNumber++;
  const { status, body, tookMs } = await client.post(
    `/api/v1/ingest/sbom?${originOf(`service-${number}`, number)}`,
    document(number),
  );
  const answer = JSON.parse(body.toString()) as { receiptId: string; documents: { size: number }[] };
  demand(status === 202 && answer.documents[0]?.size === smallSbomBytes, `status ${status}`, answer);
  accepted.set(answer.receiptId, number);
  return tookMs;
}

/** The counts of every variant, from one document of each, whose sender waits for its verdict. */
async function expectedCounts(client: HttpClient): Promise<string[]> {
  const expected: string[] = [];
  for (let variant = 0; variant < smallSbomVariants; variant += 1) {
    const number = nextNumber++;
    const { status, body } = await client.post(
      `/api/v1/ingest/sbom?wait=60&${originOf(`service-${number}`, number)}`,
      document(number),
    );
    const answer = JSON.parse(body.toString()) as { result: { counts: Record<string, number>; components: number } };
    demand(status === 200 && answer.result.components > 50, `status ${status}`, answer);
    expected.push(comparable(answer.result.counts));
  }
  return expected;
}

interface Window {
  readonly accepted: number;
  readonly judged: number;
  readonly seconds: number;
  readonly tookMs: readonly number[];
  /** Accepted and not judged yet, when it began, in its middle and when it ended. */
  readonly backlog: readonly [number, number, number];
}

/** Runs senders for a while and counts what is accepted and what is judged meanwhile. */
async function during(
  seconds: number,
  watcher: HttpClient,
  sender: (stillOn: () => boolean, took: (ms: number) => void) => Promise<void>,
): Promise<Window> {
  const tookMs: number[] = [];
  const [acceptedBefore, waitingBefore] = [accepted.size, await waitingReceipts(watcher)];
  const begun = performance.now();
  const stillOn = (): boolean => performance.now() - begun < seconds * 1000;
  const middle = sleep((seconds * 1000) / 2).then(() => waitingReceipts(watcher));
  await sender(stillOn, (ms) => void tookMs.push(ms));
  const elapsed = (performance.now() - begun) / 1000;
  const count = accepted.size - acceptedBefore;
  const waiting = await waitingReceipts(watcher);
  return {
    accepted: count,
    judged: count + waitingBefore - waiting,
    seconds: elapsed,
    tookMs,
    backlog: [waitingBefore, await middle, waiting],
  };
}

/** Every connection sends its next document when the last is accepted. */
const asFastAsTaken =
  (client: HttpClient) =>
  async (stillOn: () => boolean, took: (ms: number) => void): Promise<void> => {
    const connection = async (): Promise<void> => {
      while (stillOn()) took(await send(client));
    };
    await Promise.all(Array.from({ length: client.connections }, connection));
  };

/** Documents come when they come, whether or not the last ones have been accepted. */
const atRate =
  (client: HttpClient, perSecond: number) =>
  async (stillOn: () => boolean, took: (ms: number) => void): Promise<void> => {
    const begun = performance.now();
    const sending: Promise<void>[] = [];
    for (let sent = 0; stillOn();) {
      const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
      for (; sent < due; sent += 1) sending.push(send(client).then(took));
      await sleep(5);
    }
    await Promise.all(sending);
  };

async function drained(watcher: HttpClient): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const waiting = await waitingReceipts(watcher);
    const elapsed = (performance.now() - begun) / 1000;
    if (waiting === 0) return elapsed;
    demand(elapsed < options.drainSeconds, `${waiting} documents are not judged after ${options.drainSeconds} s`);
    await sleep(100);
  }
}

/** One phase: the window, the rest of its backlog, and what all of it cost. Gives documents accepted and judged per second. */
async function phase(
  say: Reporter,
  platform: MeasuredPlatform,
  watcher: HttpClient,
  sender: Parameters<typeof during>[2],
): Promise<{ accepted: number; judged: number }> {
  const pids = new Map([...platform.pids(), ['this sender', process.pid]]);
  const [usedBefore, committedBefore] = [processorSeconds(pids), await platform.transactions()];
  const window = await during(options.seconds, watcher, sender);
  const drainSeconds = await drained(watcher);
  const documents = window.accepted + window.backlog[0];
  const used = processorSeconds(pids);
  const each = [...used].map(([name, seconds]) => {
    const milliseconds = (1000 * (seconds - (usedBefore.get(name) ?? 0))) / documents;
    return `${name} ${rounded(milliseconds)} ms`;
  });
  const transactions = ((await platform.transactions()) - committedBefore) / documents;

  const [acceptedRate, judgedRate] = [window.accepted / window.seconds, window.judged / window.seconds];
  const untilTheLast = documents / (window.seconds + drainSeconds);
  say.fact('  accepted', `${rounded(acceptedRate)} per second (${window.accepted} in ${rounded(window.seconds)} s)`);
  say.fact('  judged meanwhile', `${rounded(judgedRate)} per second; until the last one ${rounded(untilTheLast)}`);
  say.spread('  POST to 202', spreadOf(window.tookMs));
  say.fact('  backlog at begin, middle, end', window.backlog.join(', '));
  say.fact('  drained after', `${rounded(drainSeconds)} s`);
  say.fact('  processor time for each document', each.join(', '));
  say.fact('  transactions for each document', rounded(transactions));
  return { accepted: acceptedRate, judged: judgedRate };
}

await bench('Throughput: accepted and judged side by side', (say) =>
  withPlatform(say, options, async (platform) => {
    const client = platform.client(options.connections);
    const watcher = platform.client(1);
    say.fact('connections', options.connections);
    say.fact('documents', `CycloneDX, ${smallSbomBytes} bytes, each with bytes and a repository of its own`);
    const expected = await expectedCounts(client);
    const findings = expected.map((counts) => sumOf(JSON.parse(counts) as Record<string, number>));
    say.fact('findings per document', rounded(findings.reduce((sum, each) => sum + each, 0) / findings.length));
    await during(3, watcher, asFastAsTaken(client));
    await drained(watcher);

    say.say(`\nas fast as they are taken, ${options.seconds} s`);
    const flooded = await phase(say, platform, watcher, asFastAsTaken(client));

    say.say(`\n${options.rate} per second, ${options.seconds} s`);
    const steadied = await phase(say, platform, watcher, atRate(client, options.rate));

    await demandAllJudged(watcher, expected);
    say.promise({
      what: 'documents accepted per second, as fast as they are taken',
      measured: flooded.accepted,
      unit: '/s',
      aim: { atLeast: 500 },
    });
    say.promise({
      what: 'documents judged per second meanwhile',
      measured: flooded.judged,
      unit: '/s',
      aim: { atLeast: 300 },
    });
    say.promise({
      what: `documents judged per second of ${options.rate} offered`,
      measured: steadied.judged,
      unit: '/s',
      aim: { atLeast: 300 },
    });
  }),
);

/** Everything accepted is done, with the counts that its components have, and nothing was given up on the way. */
async function demandAllJudged(watcher: HttpClient, expected: readonly string[]): Promise<void> {
  const missing = new Set(accepted.keys());
  for await (const receipt of allReceipts(watcher)) {
    const number = accepted.get(receipt.id);
    if (number === undefined) continue;
    const right =
      receipt.status === 'done' && comparable(receipt.result?.counts ?? {}) === expected[number % smallSbomVariants];
    demand(right, `the receipt of document ${number}`, receipt);
    missing.delete(receipt.id);
  }
  demand(missing.size === 0, `${missing.size} accepted documents have no receipt`);
  await demandNoDeadLetters(watcher);
}

/** The same text for the same counts: the database keeps the keys of a verdict in an order of its own. */
function comparable(counts: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(counts).toSorted()));
}

function sumOf({ critical = 0, high = 0, medium = 0, low = 0, unknown = 0 }: Record<string, number>): number {
  return critical + high + medium + low + unknown;
}

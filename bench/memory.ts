/**
 * Promise: the all-in-one process needs at most 350 MB when it idles. Shown beside it: after 1,000 documents, and while a
 * document of 100 MB comes in, which must pass through and not pile up.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, demand, type Reporter } from './support/bench.js';
import { hugeSbom, originOf, smallSboms } from './support/documents.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { type MeasuredPlatform, withPlatform } from './support/platform.js';
import { demandNoDeadLetters, waitingReceipts } from './support/receipts.js';

const options = optionsOf({ documents: 1_000, megabytes: 100, settleSeconds: 20 });

const megabyte = 1_000_000;

/** Resident memory in MB: what it is now, and the most it has been since `forgetPeak` (proc(5): VmRSS, VmHWM). */
function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (field: string): number => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    demand(kibibytes !== undefined, `/proc/${pid}/status has no ${field}`);
    return (Number(kibibytes) * 1024) / megabyte;
  };
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** The most while this runs, looked at ten times a second: resetting the kernel's own peak takes rights we may not have. */
async function peakWhile<Result>(pid: number, work: Promise<Result>): Promise<{ result: Result; peak: number }> {
  let peak = memoryOf(pid).now;
  const watching = setInterval(() => (peak = Math.max(peak, memoryOf(pid).now)), 100);
  try {
    return { result: await work, peak };
  } finally {
    clearInterval(watching);
  }
}

async function sendDocuments(client: HttpClient): Promise<void> {
  const document = smallSboms();
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let number = next++; number < options.documents; number = next++) {
      const path = `/api/v1/ingest/sbom?wait=120&${originOf(`service-${number}`, number)}`;
      const { status, body } = await client.post(path, document(number));
      const answer = JSON.parse(body.toString()) as { status: string; result: { components: number } };
      demand(status === 200 && answer.status === 'done' && answer.result.components > 50, `status ${status}`, answer);
    }
  };
  await Promise.all(Array.from({ length: client.connections }, connection));
}

async function sendHuge(client: HttpClient): Promise<void> {
  const path = `/api/v1/ingest/sbom?wait=300&${originOf('monolith', 1_000_000)}`;
  const { status, body } = await client.stream(path, hugeSbom(options.megabytes * megabyte));
  const answer = JSON.parse(body.toString()) as {
    documents: { size: number }[];
    result?: { components: number; verdict: string };
  };
  const components = answer.result?.components ?? 0;
  const whole = (answer.documents[0]?.size ?? 0) >= options.megabytes * megabyte;
  demand(status === 200 && whole && components > options.megabytes * 2_000, `status ${status}`, answer);
}

async function measure(say: Reporter, platform: MeasuredPlatform): Promise<void> {
  const pid = platform.pids().get('platform');
  demand(pid !== undefined, 'there is no pid file of the platform');
  const client = platform.client(8);
  const idle = async (): Promise<number> => {
    await sleep(options.settleSeconds * 1000);
    return memoryOf(pid).now;
  };

  const atStart = await idle();
  say.fact('idle after the start', `${atStart.toFixed(0)} MB (most until then ${memoryOf(pid).peak.toFixed(0)} MB)`);

  const many = await peakWhile(pid, sendDocuments(client));
  const afterMany = await idle();
  say.fact(
    `after ${options.documents} documents of 20 KB`,
    `${afterMany.toFixed(0)} MB idle again, ${many.peak.toFixed(0)} MB at the most`,
  );

  const begun = performance.now();
  const huge = await peakWhile(pid, sendHuge(client));
  const seconds = (performance.now() - begun) / 1000;
  say.fact(
    `one document of ${options.megabytes} MB`,
    `${huge.peak.toFixed(0)} MB at the most, ${seconds.toFixed(1)} s to its verdict`,
  );
  demand((await waitingReceipts(client)) === 0, 'a receipt is not done');
  await demandNoDeadLetters(client);
  say.fact('idle again', `${(await idle()).toFixed(0)} MB`);

  const aim = { atMost: 350 };
  say.promise({ what: 'resident memory, idle after the start', measured: atStart, unit: 'MB', aim });
  say.promise({
    what: `resident memory, idle after ${options.documents} documents`,
    measured: afterMany,
    unit: 'MB',
    aim,
  });
}

await bench('Memory of the all-in-one process', (say) =>
  withPlatform(say, options, (platform) => {
    say.fact('connections', 8);
    say.fact(
      'what is counted',
      'resident memory (VmRSS) of the Node process; Postgres and NATS are processes of their own',
    );
    return measure(say, platform);
  }),
);

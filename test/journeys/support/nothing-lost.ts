import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.js';
import { type CiDocument, ciDocuments } from './documents.js';
import { PlatformProcess, type RunMode } from './platform-process.js';
import { type Trace, traceOf } from './traces.js';
import { waitUntil } from './wait-until.js';
import { WebhookReceiver } from './webhook-receiver.js';

export interface KillPlan {
  readonly seed: number;
  /** How many processes are killed while documents flow. */
  readonly kills: number;
  /** Kills during the first start's import too; otherwise they all fall into the work on documents. */
  readonly fromNothing?: string;
}

export interface FlowOutcome {
  /** What each document left behind, by its name. */
  readonly traces: ReadonlyMap<string, Trace>;
  readonly killed: readonly string[];
}

const senders = 8;
const doneWithinMs = 180_000;
const askEveryMs = 300;
/** Retries after a kill wait for seconds: what stays the same for this long has come to rest. */
const calmRoundsWanted = 2;
const betweenRoundsMs = 2_500;

/** A generator of numbers in 0..1 that gives the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sends the documents, kills as planned, waits until all is quiet, and tells what is there afterwards. */
export async function flow(mode: RunMode, count: number, plan: KillPlan | null): Promise<FlowOutcome> {
  const platform = new PlatformProcess(mode, { fromNothing: plan?.fromNothing });
  const receiver = await WebhookReceiver.start();
  try {
    await platform.start();
    const api = new Api(platform, platform.adminKey);
    await subscribe(api, receiver);
    const documents = ciDocuments(count);
    const receipts = new Map<CiDocument, string>();
    const sending = sendAll(api, documents, receipts);
    const killed = plan === null ? [] : await killAtRandom(platform, plan, () => receipts.size / count);
    await sending;
    await platform.ready();
    await eachOf([...receipts], async ([document, receiptId]) => {
      await waitUntil(`${document.name} done`, () => isSettled(api, receiptId), doneWithinMs, askEveryMs);
    });
    return { traces: await tracesAtRest(api, receipts, receiver), killed };
  } finally {
    await platform.remove();
    await receiver.stop();
  }
}

/** One channel for everything that the default rule finds worth telling. */
async function subscribe(api: Api, receiver: WebhookReceiver): Promise<void> {
  const { status, body } = await api.post('/api/v1/alerting/channels', {
    name: 'on-call',
    type: 'webhook',
    url: receiver.url,
  });
  if (status >= 300) throw new Error(`channel: ${status} ${JSON.stringify(body)}`);
}

/** As CI jobs do: several at once, each trying again with its idempotency key until it has a receipt. */
async function sendAll(api: Api, documents: readonly CiDocument[], receipts: Map<CiDocument, string>): Promise<void> {
  await eachOf([...documents], async (document) => {
    receipts.set(document, await acceptedReceipt(api, document));
  });
}

async function acceptedReceipt(api: Api, document: CiDocument): Promise<string> {
  const headers = { 'idempotency-key': `journey-${document.name}` };
  return waitUntil(
    `${document.name} accepted`,
    async () => {
      const { status, body } = await api.post<{ receiptId: string }>(document.route, document.body, headers);
      if (status >= 400 && status < 500 && status !== 429) throw new Error(`${status} ${JSON.stringify(body)}`);
      return status === 202 || status === 200 ? body.receiptId : null;
    },
    doneWithinMs,
  );
}

async function killAtRandom(platform: PlatformProcess, plan: KillPlan, progress: () => number): Promise<string[]> {
  const random = randomFrom(plan.seed);
  const killed: string[] = [];
  for (let kill = 0; kill < plan.kills; kill += 1) {
    // Spread over the flow: each kill waits for its share of the documents, then for a random moment.
    while (progress() < kill / plan.kills) await sleep(10);
    await sleep(random() * 400);
    const names = [...platform.pids().keys()].filter((name) => name !== 'supervisor');
    const name = names[Math.floor(random() * names.length)];
    if (name === undefined || !platform.kill(name)) continue;
    killed.push(name);
    if (name === 'platform') await platform.restart();
  }
  return killed;
}

async function isSettled(api: Api, receiptId: string): Promise<boolean> {
  const { body } = await api.get<{ status: string }>(`/api/v1/receipts/${receiptId}`);
  if (body.status === 'failed') throw new Error(`receipt ${receiptId} failed: ${JSON.stringify(body)}`);
  return body.status === 'done';
}

/** All traces once they have come to rest: notifications and audit follow the verdicts at their own pace. */
async function tracesAtRest(
  api: Api,
  receipts: ReadonlyMap<CiDocument, string>,
  receiver: WebhookReceiver,
): Promise<Map<string, Trace>> {
  let before = '';
  let calmRounds = 0;
  return waitUntil(
    'all traces at rest',
    async () => {
      const traces = new Map<string, Trace>();
      await eachOf([...receipts], async ([document, receiptId]) => {
        traces.set(document.name, await traceOf(api, document, receiptId, receiver));
      });
      const now = JSON.stringify([...traces].toSorted(([one], [other]) => one.localeCompare(other)));
      calmRounds = now === before ? calmRounds + 1 : 0;
      before = now;
      if (calmRounds < calmRoundsWanted) await sleep(betweenRoundsMs);
      return calmRounds >= calmRoundsWanted ? traces : null;
    },
    doneWithinMs,
  );
}

/** Does `work` for every item, a few at once. */
async function eachOf<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let item = items.shift(); item !== undefined; item = items.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: senders }, worker));
}

/** The documents whose traces differ between two runs, with both. */
export function differences(one: FlowOutcome, other: FlowOutcome): object[] {
  return [...one.traces]
    .map(([name, expected]) => ({ name, expected, actual: other.traces.get(name) }))
    .filter(({ expected, actual }) => JSON.stringify(expected) !== JSON.stringify(actual));
}

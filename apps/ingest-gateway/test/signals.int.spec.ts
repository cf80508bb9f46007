import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { signalsAcceptedV1 } from '@assay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './harness.js';
import { SantamonAgent } from './santamon-agent.js';

const fixtures = new URL('fixtures/santamon/', import.meta.url);

interface IngestCase {
  readonly name: string;
  readonly body: unknown;
  readonly raw: string | null;
  readonly api_key: string;
  readonly status_of_reference_backend: number;
}

const cases = JSON.parse(
  gunzipSync(readFileSync(new URL('santamon-ingest-cases.json.gz', fixtures))).toString(),
) as IngestCase[];
const posts = gunzipSync(readFileSync(new URL('santamon-signals.jsonl.gz', fixtures)))
  .toString()
  .trim()
  .split('\n');
const sharedKey = 'a-shared-key-of-old-times';

let installation: Installation;
let agent: SantamonAgent;

beforeAll(async () => {
  installation = await Installation.make();
  const gateway = await installation.gateway({ SANTAMON_API_KEY: sharedKey });
  agent = new SantamonAgent(installation, gateway, sharedKey);
});
afterAll(() => installation.stop());

describe('signals of a fleet', () => {
  it('are taken in once each, whoever sends them again', async () => {
    const answers = await Promise.all(posts.map((post) => agent.ingest(post)));
    expect(answers.map(({ status }) => status)).toEqual(posts.map(() => 200));
    expect(answers.filter(({ body }) => body.duplicate)).toHaveLength(24);
    expect(answers[0]!.body).toMatchObject({
      status: 'received',
      signal_id: expect.any(String),
      id: expect.any(String),
    });
    const signals = await agent.told();
    expect(signals).toHaveLength(400);
    expect(new Set(signals.map(({ signalId }) => signalId)).size).toBe(400);
    expect(signals.flatMap(({ mended }) => mended)).toEqual([]);
    expect(signals.filter(({ severity }) => severity === 'critical')).toHaveLength(102);
  });

  it('are told to the audit log as groups, each with its digest', async () => {
    const rows = await installation.rows<{ envelope: string }>('select envelope from outbox where subject like $1', [
      'ingest.signals.accepted.%',
    ]);
    const groups = rows.map(({ envelope }) =>
      signalsAcceptedV1.schema.parse((JSON.parse(envelope) as { data: unknown }).data),
    );
    expect(groups.reduce((sum, { signals }) => sum + signals, 0)).toBe(400);
  });
});

/** What becomes of each row that Santamon's own server refused. */
const outcomes: Record<string, { mended?: string[]; setAside?: string }> = {
  'severity info (docs list it, backend refuses it)': {},
  'severity upper case': {},
  'unknown status': { mended: ['status'] },
  'missing rule_id': { setAside: 'signals.incomplete' },
  'missing context': { mended: ['context'] },
  'context null': { mended: ['context'] },
  'context array': { mended: ['context'] },
  '51 tags': { mended: ['tags'] },
  'tag of 65 chars': { mended: ['tags'] },
  'signal_id of 257 chars': { mended: ['signal_id'] },
  'title of 513 chars': { mended: ['title'] },
  'context just over 100,000 bytes': { mended: ['context'] },
  'ts is not a date': { mended: ['ts'] },
  'severity as number': { mended: ['severity'] },
  'same id, different content (must not overwrite)': { setAside: 'signals.other-content' },
};

const isNoObject = (each: IngestCase): boolean => each.raw !== null || Array.isArray(each.body);
const isStranger = (each: IngestCase): boolean => each.status_of_reference_backend === 401;
const named = (some: IngestCase[]) => some.map((each) => [each.name, each] as const);

/** As Santamon's own server was asked. */
async function ask({ raw, body, api_key }: IngestCase) {
  const key = api_key === 'valid' ? sharedKey : api_key;
  return new SantamonAgent(installation, agent.gateway, key).ingest(raw ?? JSON.stringify(body));
}

describe('the cases of Santamon’s own server', () => {
  it.each(named(cases.filter(isStranger)))('%s: refused', async (_, each) => {
    expect(await ask(each)).toMatchObject({ status: 401, body: { detail: 'Invalid API key' } });
  });

  it.each(named(cases.filter(isNoObject)))('%s: refused', async (_, each) => {
    const detail = [{ type: 'value_error', loc: ['body'], msg: expect.any(String) }];
    expect(await ask(each)).toMatchObject({ status: each.status_of_reference_backend, body: { detail } });
  });

  it.each(named(cases.filter((each) => !isStranger(each) && !isNoObject(each))))('%s: answered', async (name, each) => {
    const { status, body } = await ask(each);
    const { mended, setAside } = outcomes[name] ?? {};
    expect([status, body.mended, body.set_aside?.code]).toEqual([200, mended, setAside]);
    const isKept = (await agent.told()).some(({ signalId }) => signalId === body.signal_id);
    expect(isKept).toBe(name !== 'missing rule_id');
  });
});

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { PlatformProcess } from './support/platform-process.js';
import { SantamonShipper, type ShippedSignal } from './support/santamon-shipper.js';
import { waitUntil } from './support/wait-until.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

const sharedKey = 'a-shared-key-of-old-times';
const drainWithinMs = 120_000;

const textOf = (file: string): string => fixtureOf(`test/fixtures/signals/${file}`).toString('utf8').trim();
const linesOf = <Line>(file: string): Line[] =>
  textOf(file)
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

interface Beat {
  readonly agent_id: string;
  readonly timestamp: string;
  readonly version: string;
  readonly os_version: string;
  readonly uptime_seconds: number;
}

interface IngestCase {
  readonly name: string;
  readonly body: unknown;
  readonly raw: string | null;
  readonly api_key: string | null;
  readonly status_of_reference_backend: number;
}

interface Listed {
  readonly count: number;
  readonly signals: readonly (ShippedSignal & { readonly status: string; readonly title: string })[];
}

interface Stats {
  readonly total_signals: number;
  readonly last_24h: number;
  readonly by_severity: Record<string, number>;
  readonly by_host: Record<string, number>;
  readonly top_rules: readonly { readonly rule_id: string; readonly count: number }[];
}

interface IngestAnswer {
  readonly status: string;
  readonly signal_id: string | null;
  readonly duplicate: boolean;
  readonly mended?: readonly string[];
  readonly set_aside?: { readonly code: string };
}

interface DeadLetter {
  readonly id: string;
  readonly code: string;
  readonly event: { readonly data: { readonly text: string } };
}

const signals = linesOf<ShippedSignal>('santamon-signals.jsonl.gz');
const beats = linesOf<Beat>('santamon-heartbeats.jsonl.gz');
const cases = JSON.parse(textOf('santamon-ingest-cases.json.gz')) as IngestCase[];
const expected = JSON.parse(textOf('santamon-expected.json')) as {
  readonly total: number;
  readonly by_severity: Record<string, number>;
  readonly by_host: Record<string, number>;
  readonly by_rule: Record<string, number>;
  readonly duplicates: number;
};

/** A signal of a host of this file's own, beside the fleet's. */
const aSignal = (values: object): ShippedSignal => ({
  ...signals[0]!,
  ts: new Date().toISOString(),
  host_id: 'mac-new.corp.example',
  signal_id: crypto.randomUUID().replaceAll('-', ''),
  ...values,
});

describe('agents of Santamon', () => {
  const platform = new PlatformProcess('all-in-one', { env: { FEEDS_SEED: 'false', SANTAMON_API_KEY: sharedKey } });
  let admin: Api;
  let agent: Api;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    await platform.start();
    admin = new Api(platform, platform.adminKey);
    agent = new Api(platform, sharedKey);
  });
  afterAll(async () => {
    await platform.remove();
    await receiver.stop();
  });

  const shipper = (prefix = '', apiKey = sharedKey): SantamonShipper =>
    new SantamonShipper({ endpoint: () => `${platform.url}${prefix}/ingest`, apiKey });
  const listed = async (query: string): Promise<Listed> =>
    bodyOf(await admin.get<Listed>(`/signals?limit=1000&status=all&${query}`), 200);
  const stats = async (): Promise<Stats> => bodyOf(await admin.get<Stats>('/stats'), 200);
  const deadLetters = async (): Promise<DeadLetter[]> =>
    bodyOf(await admin.get<{ items: DeadLetter[] }>('/api/v1/dead-letters?limit=200'), 200).items;
  const deadLetterOf = async (signalId: string, code: string): Promise<DeadLetter | undefined> =>
    (await deadLetters()).find((letter) => letter.code === code && JSON.stringify(letter).includes(signalId));
  /** The signal in the list of its host, once it is there. */
  const arrived = (signalId: string, host: string) =>
    waitUntil(`${signalId} is listed`, async () =>
      (await listed(`host_id=${host}`)).signals.find((signal) => signal.signal_id === signalId),
    );

  it('ship what a fleet saw: each signal is there once, and counted as Santamon’s own server counts', async () => {
    // Half of the agents were configured with a prefix.
    const shippers = [shipper(), shipper('/santamon')];
    signals.forEach((signal, index) => shippers[index % 2]!.enqueue(signal));
    await Promise.all(shippers.map((each) => each.drain(drainWithinMs)));
    const answers = shippers.flatMap((each) => each.answers);
    expect(shippers.flatMap(({ statuses }) => [...statuses.keys()])).toEqual([200, 200]);
    expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(expected.duplicates);

    const counted = await waitUntil('all signals are counted', async () => {
      const now = await stats();
      return now.total_signals >= expected.total && now;
    });
    expect(counted).toMatchObject({
      total_signals: expected.total,
      last_24h: 0,
      by_severity: expected.by_severity,
      by_host: expected.by_host,
    });
    const counts = Object.values(expected.by_rule).toSorted((one, other) => other - one);
    expect(counted.top_rules.map(({ count }) => count)).toEqual(counts.slice(0, 10));
    expect(counted.top_rules.filter(({ rule_id, count }) => expected.by_rule[rule_id] !== count)).toEqual([]);
    expect((await admin.get('/santamon/stats')).body).toEqual(counted);
  });

  it('find every signal in the list as it was sent', async () => {
    const { count, signals: all } = await listed('');
    expect(count).toBe(expected.total);
    const sent = new Map(signals.toReversed().map((signal) => [signal.signal_id, signal]));
    const differing = all.filter((signal) => {
      const { signal_id, ts, host_id, rule_id, severity, title, tags, context } = sent.get(signal.signal_id)!;
      const same = { signal_id, ts, host_id, rule_id, severity, title, tags: tags ?? [], context };
      return !Object.entries(same).every(([name, value]) => {
        return canonical(signal[name]) === canonical(value);
      });
    });
    expect(differing).toEqual([]);
    const moments = all.map(({ ts }) => Date.parse(String(ts)));
    expect(moments).toEqual(moments.toSorted((one, other) => other - one));
    for (const severity of Object.keys(expected.by_severity))
      expect((await listed(`severity=${severity}`)).count).toBe(expected.by_severity[severity]);
  });

  it('beat, and the newest beat of each is shown', async () => {
    const beating = [shipper(), shipper('/santamon')];
    const newest = new Map<string, Beat>();
    for (const beat of beats) newest.set(beat.agent_id, beat);
    const ofAgents = Map.groupBy(beats, ({ agent_id }) => agent_id);
    const statuses = await Promise.all(
      [...ofAgents.values()].map(async (own, index) => {
        const codes = new Set<number>();
        for (const beat of own) codes.add(await beating[index % 2]!.heartbeat(beat));
        return [...codes];
      }),
    );
    expect(new Set(statuses.flat())).toEqual(new Set([200]));
    const shown = await waitUntil('the last beat of each is shown', async () => {
      const { body } = await admin.get<{ count: number; heartbeats: Beat[] }>('/agents');
      const isDone = body.heartbeats.every(({ agent_id, timestamp }) => newest.get(agent_id)?.timestamp === timestamp);
      return body.count === newest.size && isDone && body.heartbeats;
    });
    const plain = shown.map(({ agent_id, timestamp, version, os_version, uptime_seconds }) => {
      return { agent_id, timestamp, version, os_version, uptime_seconds };
    });
    const byId = (one: Beat, other: Beat): number => one.agent_id.localeCompare(other.agent_id);
    expect(plain.toSorted(byId)).toEqual([...newest.values()].toSorted(byId));
  });

  describe('that Santamon’s own server refused', () => {
    it.each(cases.filter((each) => each.status_of_reference_backend === 401).map((each) => [each.name, each] as const))(
      '%s: are refused here too',
      async (_, { body, api_key }) => {
        const stranger = new Api(platform, api_key === null || api_key === '' ? null : api_key);
        expect(await stranger.post('/ingest', body)).toMatchObject({
          status: 401,
          body: { detail: 'Invalid API key' },
        });
      },
    );

    const isNoObject = ({ raw, body }: IngestCase): boolean => raw !== null || Array.isArray(body);
    const known = cases.filter((each) => each.status_of_reference_backend !== 401);
    it.each(known.filter(isNoObject).map((each) => [each.name, each] as const))(
      '%s: no agent sends it, and it is refused in FastAPI’s words',
      async (_, { raw, body, status_of_reference_backend: status }) => {
        const detail = [{ type: expect.any(String) as string, loc: ['body'], msg: expect.any(String) as string }];
        const headers = { 'content-type': 'application/json' };
        expect(await agent.post('/ingest', raw ?? body, headers)).toMatchObject({ status, body: { detail } });
      },
    );

    it.each(known.filter((each) => !isNoObject(each)).map((each) => [each.name, each] as const))(
      '%s: is answered 200, and kept or visible among the dead letters',
      async (_, { body }) => {
        const sent = body as ShippedSignal;
        const reply = await agent.post<IngestAnswer>('/ingest', sent);
        expect(reply).toMatchObject({ status: 200, body: { status: 'received' } });
        const { set_aside: setAside, signal_id: id } = reply.body;
        if (setAside === undefined) {
          await arrived(id!, sent.host_id);
          return;
        }
        const letter = await waitUntil('it is among the dead letters', () =>
          deadLetterOf(sent.signal_id, setAside.code),
        );
        expect(JSON.parse(letter.event.data.text)).toEqual(sent);
      },
    );

    it('changed nothing that was there before', async () => {
      const [first] = signals;
      const { title } = await arrived(first!.signal_id, first!.host_id);
      expect(title).toBe(first!['title']);
    });
  });

  it('have a page that acknowledges, resolves and reopens, and whoever did it is known', async () => {
    const { signal_id: id, host_id: host } = signals[0]!;
    for (const [status, comment] of [
      ['acknowledged'],
      ['resolved', 'a false alarm'],
      ['resolved'],
      ['open'],
    ] as const) {
      const change = { status, ...(comment !== undefined && { comment }) };
      const reply = await admin.call('PATCH', `/signals/${id}/status`, change);
      expect(reply).toMatchObject({ status: 200, body: { signal_id: id, status } });
      expect((await arrived(id, host)).status).toBe(status);
    }
    const nobody = await admin.call('PATCH', '/signals/nobody/status', { status: 'resolved' });
    expect(nobody).toMatchObject({ status: 404, body: { detail: 'Signal not found' } });
    const wrong = await admin.call('PATCH', `/signals/${id}/status`, { status: 'closed' });
    expect(wrong).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'status'] }] } });
    expect(await agent.call('PATCH', `/signals/${id}/status`, { status: 'resolved' })).toMatchObject({ status: 403 });
  });

  it('have one case for each host, with the rules that matched on it', async () => {
    const host = 'mac-05.corp.example';
    const rules = new Set(signals.filter(({ host_id }) => host_id === host).map((signal) => signal['rule_id']));
    const found = await waitUntil('the case of the host', async () => {
      const { status, body } = await admin.get<HostCase>(`/api/v1/host-cases/${host}`);
      return status === 200 && body.case !== null && body.signals.open === expected.by_host[host] && body;
    });
    expect(found.signals.rules).toBe(rules.size);
    expect(new Set(found.signals.groups.map(({ ruleId }) => ruleId))).toEqual(rules);
    expect(found.case).toMatchObject({ status: 'OPEN' });
    const again = await admin.get<HostCase>(`/api/v1/host-cases/${found.host.id}`);
    expect(again.body.case?.id).toBe(found.case!.id);
  });

  it('with keys of their own speak for their hosts alone; what they said of others waits for an admin', async () => {
    const made = await admin.post<{ id: string; key: string }>('/api/v1/api-keys', {
      name: 'the key of mac-a',
      kind: 'santamon',
      scope: { hosts: ['mac-a'] },
    });
    const { id, key } = bodyOf(made, 201);
    const bound = new Api(platform, key);
    const [own, other] = [aSignal({ host_id: 'mac-a' }), aSignal({ host_id: 'mac-b' })];
    expect((await bound.post<IngestAnswer>('/ingest', own)).body.set_aside).toBeUndefined();
    const said = await bound.post<IngestAnswer>('/ingest', other);
    expect(said).toMatchObject({ status: 200, body: { set_aside: { code: 'signals.foreign-host' } } });
    await arrived(own.signal_id, 'mac-a');
    const letter = await waitUntil('the dead letter', () => deadLetterOf(other.signal_id, 'signals.foreign-host'));
    expect((await listed('host_id=mac-b')).count).toBe(0);

    const wider = { scope: { hosts: ['mac-a', 'mac-b'] } };
    expect((await admin.call('PATCH', `/api/v1/api-keys/${id}`, wider)).status).toBe(200);
    expect((await admin.post(`/api/v1/dead-letters/${letter.id}/replay`)).status).toBeLessThan(300);
    await arrived(other.signal_id, 'mac-b');
  });

  it('whose backlog comes in one packed batch lose nothing and repeat nothing', async () => {
    const lines = Array.from({ length: 250 }, (_, n) => aSignal({ host_id: 'mac-batch', rule_id: `B-${n % 7}` }));
    const batch = gzipSync([...lines, lines[0], { no: 'signal' }].map((line) => JSON.stringify(line)).join('\n'));
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    const reply = await agent.post('/api/v1/signals', batch, headers);
    expect(reply).toMatchObject({ status: 200, body: { accepted: 250, duplicates: 1, setAside: 1 } });
    await waitUntil('all are listed', async () => (await listed('host_id=mac-batch')).count === 250);
    const again = await agent.post('/api/v1/signals', batch, headers);
    expect(again).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 251 } });
  });

  it('wake whoever is on call for a critical signal, and say when it is over', async () => {
    const channel = { name: 'on-call', type: 'webhook', url: receiver.url };
    bodyOf(await admin.post('/api/v1/alerting/channels', channel), 201);
    const host = 'mac-alarm.corp.example';
    const critical = aSignal({ host_id: host, rule_id: 'ALARM-1', severity: 'critical', title: 'A keylogger started' });
    bodyOf(await agent.post('/ingest', critical), 200);
    const messageWith = (text: string) =>
      waitUntil(`a webhook says ${text}`, async () =>
        receiver.received
          .map(({ body }) => JSON.parse(body) as { data: { alert: { title: string } }; type: string })
          .find(({ data }) => data.alert.title.includes('ALARM-1') && data.alert.title.includes(text)),
      );
    expect(await messageWith(host)).toMatchObject({ data: { rule: { name: 'New critical signals' } } });
    bodyOf(await admin.call('PATCH', `/signals/${critical.signal_id}/status`, { status: 'resolved' }), 200);
    await messageWith('Resolved');
    const told = receiver.received.filter(({ body }) => body.includes('ALARM-1'));
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
  });
});

interface HostCase {
  readonly host: { readonly id: string };
  readonly case: { readonly id: number; readonly status: string } | null;
  readonly signals: {
    readonly open: number;
    readonly rules: number;
    readonly groups: readonly { readonly ruleId: string }[];
  };
}

/** JSON with its keys in order: a database keeps objects, not the order in which they were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => one.localeCompare(other)))
      : part,
  );
}

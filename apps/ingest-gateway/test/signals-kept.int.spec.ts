import { ArtifactStore } from '@assay/artifacts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './harness.js';
import { aSignal, SantamonAgent } from './santamon-agent.js';

let installation: Installation;
let agent: SantamonAgent;
let artifacts: ArtifactStore;
let number = 0;

/** A signal with an id of its own. */
const another = (values: Record<string, unknown> = {}) => aSignal({ signal_id: `id-${(number += 1)}`, ...values });

beforeAll(async () => {
  installation = await Installation.make();
  const gateway = await installation.gateway();
  const key = await gateway.key({ kind: 'santamon', role: 'agent' });
  agent = new SantamonAgent(installation, gateway, key);
  artifacts = gateway.service.app.get(ArtifactStore);
});
afterAll(() => installation.stop());

/** What is kept of a signal, and the whole context where it is elsewhere. */
async function kept(signal: Record<string, unknown> | Buffer, id = (signal as { signal_id: string }).signal_id) {
  const { status, body } = await agent.ingest(signal);
  expect(status).toBe(200);
  expect(body.set_aside).toBeUndefined();
  const [told] = await agent.toldOf(id);
  const document = told?.contextDocument ?? null;
  const whole = document && (await artifacts.read('default', document.digest, 10_000_000)).toString();
  return { ...told!, whole };
}

describe('times', () => {
  it.each([
    ['2031-05-06T07:08:09.123456789Z', '2031-05-06T07:08:09.123456Z'],
    ['2031-05-06T09:08:09.5+02:00', '2031-05-06T07:08:09.500Z'],
    ['1999-12-31T23:59:59Z', '1999-12-31T23:59:59.000Z'],
    ['9998-01-01T00:00:00-12:00', '9998-01-01T12:00:00.000Z'],
  ])('%s is kept as it is, whatever the clock of its host says, and read as %s', async (ts, at) => {
    expect(await kept(another({ ts }))).toMatchObject({ ts, at, mended: [] });
  });

  it('that are none are those of acceptance', async () => {
    const before = new Date().toISOString();
    const { at, mended, ts } = await kept(another({ ts: 'soon' }));
    expect([ts, mended]).toEqual(['soon', ['ts']]);
    expect(at >= before).toBe(true);
  });
});

describe('a context', () => {
  it('of 100 KB is shortened where it is read, and whole where it lies', async () => {
    const context = { kind: 'execution', args: Array.from({ length: 1_000 }, (_, n) => `${n} ${'é'.repeat(100)}`) };
    const signal = await kept(another({ context }));
    expect(JSON.stringify(signal.context).length).toBeLessThan(10_000);
    expect(signal.context['kind']).toBe('execution');
    expect(JSON.parse(signal.whole!)).toEqual(context);
    expect(signal.mended).toEqual(['context']);
  });

  it('that is nested 100,000 deep stops nobody', async () => {
    const depth = 100_000;
    const id = 'deep';
    const nested = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    const body = JSON.stringify(another({ signal_id: id, context: '@' })).replace('"@"', nested);
    const signal = await kept(Buffer.from(body), id);
    expect(signal.mended).toEqual(['context']);
    expect(signal.whole).toBe(body);
  });

  it('with NUL, halves of surrogate pairs and names of JavaScript’s own is kept without them, and whole', async () => {
    const id = 'unplain';
    const context = String.raw`{"a\u0000":"\u0000b","c":"\ud800","__proto__":{"polluted":true},"\u005f_proto__x":1,"d":"ok"}`;
    const body = JSON.stringify(another({ signal_id: id, title: 'a\u0000b', context: '@' })).replace('"@"', context);
    const signal = await kept(Buffer.from(body), id);
    expect(signal.context).toEqual({
      'a\uFFFD': '\uFFFDb',
      c: '\uFFFD',
      '(__proto__)': { polluted: true },
      __proto__x: 1,
      d: 'ok',
    });
    expect(signal.title).toBe('a\uFFFDb');
    expect(signal.mended).toEqual(['context', 'title']);
    expect(Object.keys(JSON.parse(signal.whole!) as object)).toContain('__proto__');
  });

  it('that is not UTF-8 is read as far as it can be, and whole where it lies', async () => {
    const id = 'not-utf8';
    const body = Buffer.from(JSON.stringify(another({ signal_id: id, context: { path: '/tmp/@' } })));
    body[body.indexOf('@')] = 0xff;
    const signal = await kept(body, id);
    expect(signal.context).toEqual({ path: '/tmp/\uFFFD' });
    expect(signal.mended).toEqual(['context']);
    expect(signal.contextDocument?.size).toBe(body.length);
  });
});

describe('what is no signal', () => {
  it('is set aside and answered, so that the agent goes on', async () => {
    const { status, body } = await agent.ingest(aSignal({ signal_id: undefined, title: 'nameless' }));
    expect([status, body.signal_id, body.set_aside?.code]).toEqual([200, null, 'signals.incomplete']);
    const [letter] = await agent.deadLetters();
    expect(letter).toMatchObject({ code: 'signals.incomplete', consumer: 'ingest-gateway-take-in-signals' });
    expect(letter!.event.data.text).toContain('nameless');
  });

  it('lies there once, however often it is sent', async () => {
    const nameless = aSignal({ rule_id: '', title: 'again and again' });
    for (let times = 0; times < 3; times += 1) await agent.ingest(nameless);
    const letters = (await agent.deadLetters()).filter(({ event }) => event.data.text?.includes('again and again'));
    expect(letters).toHaveLength(1);
    expect(letters[0]!.attempts).toBe(3);
    const told = await installation.rows('select 1 from outbox where envelope like $1', ['%signals.set-aside%again%']);
    expect(told.length).toBeLessThanOrEqual(1);
  });

  it('is set aside when it is longer than anybody reads, and refused when it is without end', async () => {
    const long = await agent.ingest(another({ context: { a: 'x'.repeat(3_000_000) } }));
    expect([long.status, long.body.set_aside?.code]).toEqual([200, 'signals.too-large']);
    const endless = await agent.ingest(another({ context: { a: 'x'.repeat(33_554_432) } }));
    expect([endless.status, endless.body]).toEqual([413, { detail: expect.stringContaining('larger') }]);
  });
});

describe('a signal under an id that another has', () => {
  it('of the same host is answered as a duplicate, stays out, and shows', async () => {
    const first = another({ title: 'first' });
    await kept(first);
    const { body } = await agent.ingest({ ...first, title: 'second' });
    expect(body).toMatchObject({ duplicate: true, set_aside: { code: 'signals.other-content' } });
    expect((await agent.toldOf(first['signal_id'] as string)).map(({ title }) => title)).toEqual(['first']);
    expect((await agent.deadLetters())[0]!.event.data.text).toContain('second');
  });

  it('of another host is another signal', async () => {
    const first = another({ host_id: 'a' });
    await kept(first);
    const { body } = await agent.ingest({ ...first, host_id: 'b' });
    expect(body).toMatchObject({ duplicate: false });
  });
});

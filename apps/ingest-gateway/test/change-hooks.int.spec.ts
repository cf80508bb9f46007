import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { changeClosedV1, changeHookChangedV1, changeReopenedV1 } from '@assay/contracts';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Gateway, Installation } from './harness.js';

let installation: Installation;
let gateway: Gateway;
let bus: BusRecorder;
beforeAll(async () => {
  installation = await Installation.make();
  bus = await BusRecorder.start(installation.prefix);
  gateway = await installation.gateway();
});
afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

interface Hook {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

async function aHook(provider: string): Promise<Hook> {
  const { status, body } = await gateway.send<Hook>('POST', '/api/v1/change-hooks', { json: { provider } });
  expect(status).toBe(201);
  return body;
}

const fixture = (name: string): Buffer => readFileSync(`apps/ingest-gateway/test/fixtures/change-hooks/${name}.json`);

function deliver(hook: Hook, body: Buffer, headers: Record<string, string>): Promise<Answer<Record<string, unknown>>> {
  return gateway.send('POST', hook.path, { body, headers: { 'x-api-key': '', ...headers } });
}

/** What GitHub's own headers are for this body. */
const github = (secret: string, body: Buffer, delivery = 'd-1'): Record<string, string> => ({
  'x-github-event': 'pull_request',
  'x-github-delivery': delivery,
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

describe('a hook for changes', () => {
  it('is made by an admin, shown with its secret once, listed without it, and said', async () => {
    const hook = await aHook('github');
    expect(hook.secret).toMatch(/^[\w-]{43}$/);
    const list = await gateway.send<{ items: object[] }>('GET', '/api/v1/change-hooks');
    expect(list.body.items[0]).toMatchObject({ id: hook.id, provider: 'github', path: hook.path });
    expect(JSON.stringify(list.body)).not.toContain(hook.secret);
    const [row] = await installation.rows<{ sealed_secret: string }>(
      'select sealed_secret from change_hooks where id = $1',
      [hook.id],
    );
    expect(row?.sealed_secret).not.toContain(hook.secret);
    const analyst = await gateway.key({ role: 'analyst' });
    const refused = await gateway.send('POST', '/api/v1/change-hooks', {
      json: { provider: 'github' },
      headers: { 'x-api-key': analyst },
    });
    expect(refused.status).toBe(403);
    expect((await gateway.send('POST', '/api/v1/change-hooks', { json: { provider: 'svn' } })).status).toBe(422);
    await eventually('the event', () =>
      bus
        .ofType(changeHookChangedV1.type)
        .find(({ subject, actor }) => subject === hook.id && actor.startsWith('key:')),
    );
  });

  it('takes a merge of GitHub without a key, once, whatever the redelivery is called', async () => {
    const hook = await aHook('github');
    const body = fixture('github-closed-merged');
    expect(await deliver(hook, body, github(hook.secret, body))).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    });
    expect((await deliver(hook, body, github(hook.secret, body))).body).toEqual({ status: 'repeated' });
    expect((await deliver(hook, body, github(hook.secret, body, 'forged'))).body).toEqual({ status: 'repeated' });
    const said = await eventually('the event', () => bus.ofType(changeClosedV1.type)[0]);
    expect(said).toMatchObject({
      tenant: 'default',
      actor: `hook:${hook.id}`,
      data: {
        provider: 'github',
        org: 'acme',
        repo: 'payments',
        prId: '41',
        as: 'merged',
        at: '2026-11-02T10:00:00.000Z',
      },
    });
    expect(bus.ofType(changeClosedV1.type)).toHaveLength(1);
  });

  it('takes GitLab and Gitea by their own headers', async () => {
    const gitlab = await aHook('gitlab');
    const headers = { 'x-gitlab-event': 'Merge Request Hook', 'x-gitlab-token': gitlab.secret };
    expect((await deliver(gitlab, fixture('gitlab-reopen'), headers)).status).toBe(202);
    const reopened = await eventually('the event', () => bus.ofType(changeReopenedV1.type)[0]);
    expect(reopened.data).toMatchObject({ provider: 'gitlab', org: 'acme/billing', repo: 'payments' });

    const gitea = await aHook('gitea');
    const body = fixture('gitea-closed-merged');
    const signature = createHmac('sha256', gitea.secret).update(body).digest('hex');
    const sent = await deliver(gitea, body, { 'x-gitea-event': 'pull_request', 'x-gitea-signature': signature });
    expect(sent.body).toEqual({ status: 'accepted' });
  });

  it('ignores what it does not follow', async () => {
    const hook = await aHook('github');
    const body = Buffer.from('{"zen":"Half measures are as bad as nothing at all."}');
    const answer = await deliver(hook, body, { ...github(hook.secret, body), 'x-github-event': 'ping' });
    expect(answer).toMatchObject({ status: 202, body: { status: 'ignored' } });
  });

  it('lets nobody in who does not know its secret, and tells a stranger nothing', async () => {
    const [hook, other] = [await aHook('github'), await aHook('github')];
    const body = fixture('github-closed-unmerged');
    const wrong = await deliver(hook, body, github(other.secret, body));
    const altered = await deliver(hook, Buffer.from(body.toString().replace('41', '42')), github(hook.secret, body));
    const unsigned = await deliver(hook, body, { 'x-github-event': 'pull_request' });
    const nobody = { ...hook, path: `/api/v1/change-hooks/01982c51-91c0-7505-b6ce-b6f01c126d42/events` };
    const unknown = await deliver(nobody, body, github(hook.secret, body));
    const malformed = await deliver({ ...hook, path: '/api/v1/change-hooks/x/events' }, body, {});
    for (const answer of [wrong, altered, unsigned, unknown, malformed]) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'change-hooks.unsigned' } });
      expect(answer.body['detail']).toBe(wrong.body['detail']);
    }
  });

  it('reads five megabytes at most, and says what it could not read', async () => {
    const hook = await aHook('github');
    const large = Buffer.alloc(5 * 1024 * 1024 + 1, 0x20);
    expect((await deliver(hook, large, github(hook.secret, large))).status).toBe(413);
    const broken = Buffer.from('{"action":');
    expect(await deliver(hook, broken, github(hook.secret, broken))).toMatchObject({
      status: 400,
      body: { code: 'change-hooks.malformed' },
    });
  });

  it('is gone when it was removed, and is nobody else’s', async () => {
    const hook = await aHook('github');
    await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'elsewhere', displayName: 'Elsewhere' } });
    const foreign = await gateway.key({ role: 'admin' }, 'elsewhere');
    const headers = { 'x-api-key': foreign };
    expect((await gateway.send('DELETE', `/api/v1/change-hooks/${hook.id}`, { headers })).status).toBe(404);
    expect((await gateway.send('DELETE', `/api/v1/change-hooks/${hook.id}`)).status).toBe(204);
    const body = fixture('github-closed-merged');
    expect((await deliver(hook, body, github(hook.secret, body))).status).toBe(401);
  });
});

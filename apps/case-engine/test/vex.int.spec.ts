import {
  exceptionEndedV1,
  exceptionGrantedV1,
  receiptFailedV1,
  vexAppliedV1,
  type VexOutcome,
  vexReceivedV1,
} from '@assay/contracts';
import { digestOf, newId, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import { eventually, natsUrl, testInternalKey } from '@assay/testing';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
let gateway: Transactions;
let stopGateway: () => Promise<void>;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  const { DATABASE_URL, NATS_PREFIX } = installation.environment;
  const database = await openDatabase('ingest-gateway', runtimeUrl(DATABASE_URL!, 'ingest-gateway', testInternalKey));
  gateway = new Transactions(database);
  const messaging = await Messaging.start(
    { service: 'ingest-gateway', url: natsUrl(), prefix: NATS_PREFIX!, replicas: 1 },
    { transactions: gateway, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  stopGateway = async () => {
    await messaging.stop();
    await database.close();
  };
});
afterAll(async () => {
  await stopGateway();
  await installation.stop();
});

type Json = Record<string, unknown>;
const nowhere = {
  provider: '',
  org: '',
  repo: null,
  branch: null,
  prId: null,
  targetBranch: null,
  commitSha: null,
  baseSha: null,
  runId: null,
  runUrl: null,
  runStartedAt: null,
  imageName: null,
  imageTag: null,
  imageDigest: null,
};

/** Sends a document as the gateway hands it on. Gives the receipt's id. */
async function send(content: Json | string, known: { origin?: Json; tenant?: string } = {}): Promise<Uuid> {
  const { tenant = 'acme' } = known;
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const stored = await installation.artifacts.put(tenant, bytes, 'application/json');
  const receiptId = newId();
  await gateway.run({ tenant, correlationId: receiptId, actor: 'key:psirt' }, async (tx) => {
    tx.publish(vexReceivedV1, {
      receiptId,
      kind: 'vex',
      tool: null,
      dialect: 'native',
      documents: [{ role: 'vex', ...stored }],
      subject: null,
      origin: { ...nowhere, ...known.origin },
      acceptedAt: new Date().toISOString(),
    });
  });
  return receiptId;
}

/** The same, and what became of it. */
async function apply(content: Json | string, known: { origin?: Json; tenant?: string } = {}): Promise<VexOutcome> {
  const receiptId = await send(content, known);
  const said = await eventually('the outcome', () =>
    installation.said(vexAppliedV1).find((each) => each.receiptId === receiptId),
  );
  return said.outcome;
}

/** A document of one statement on one vulnerability in a package. */
function stating(id: string, status: string, known: Json = {}): Json {
  const {
    version = 1,
    day = 1,
    document = id,
    author = 'Acme PSIRT',
    product = `pkg:npm/${id.toLowerCase()}`,
  } = known as {
    version?: number;
    day?: number;
    document?: string;
    author?: string;
    product?: string;
  };
  const justification = status === 'not_affected' ? { justification: 'vulnerable_code_not_present' } : {};
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:vex:${document}`,
    author,
    version,
    timestamp: `2026-01-0${day}T00:00:00Z`,
    statements: [{ vulnerability: { name: id }, products: [{ '@id': product }], status, ...justification }],
  };
}

async function caseOf(id: string, origin: object = {}): Promise<() => Promise<number>> {
  const findings = [aFinding(id)];
  const { caseId } = await installation.judge({ findings, origin: { repo: id.toLowerCase(), ...origin } });
  return async () => (await installation.get<{ high_count: number }>(`/api/v1/cases/${caseId}`)).high_count;
}

describe('a VEX document', () => {
  it('excepts what it says is not affected, with its justification, and what is fixed in this version', async () => {
    const high = await caseOf('CVE-V1');
    expect(await apply(stating('CVE-V1', 'not_affected'))).toMatchObject({ format: 'openvex', granted: 1, ended: 0 });
    expect(await high()).toBe(0);
    const { items } = await installation.get<{ items: Json[] }>('/api/v1/exceptions?id=CVE-V1&origin=vex');
    expect(items).toMatchObject([
      {
        status: 'active',
        justification: 'vulnerable_code_not_present',
        owner: 'Acme PSIRT',
        grantedBy: 'key:psirt',
        where: { kind: 'component', purl: 'pkg:npm/cve-v1' },
      },
    ]);
    const fixed = await caseOf('CVE-V2');
    await apply(stating('CVE-V2', 'fixed', { product: 'pkg:npm/cve-v2@2.0.0', document: 'other-version' }));
    expect(await fixed()).toBe(1);
    await apply(stating('CVE-V2', 'fixed', { product: 'pkg:npm/cve-v2@1.0.0', document: 'this-version' }));
    expect(await fixed()).toBe(0);
  });

  it('sent twice, or late, changes nothing; a newer version replaces the older one', async () => {
    const high = await caseOf('CVE-V3');
    const first = stating('CVE-V3', 'not_affected');
    expect(await apply(first)).toMatchObject({ granted: 1 });
    expect(await apply(first)).toMatchObject({ granted: 0, ended: 0, ignored: 'repeated' });
    expect(await apply(stating('CVE-V3', 'affected', { version: 3, day: 3 }))).toMatchObject({ granted: 0, ended: 1 });
    expect(await high()).toBe(1);
    expect(await apply(stating('CVE-V3', 'not_affected', { version: 2, day: 2 }))).toMatchObject({ ignored: 'older' });
    expect(await high()).toBe(1);
    expect(await apply(stating('CVE-V3', 'not_affected', { version: 4, day: 4 }))).toMatchObject({ granted: 1 });
    expect(await high()).toBe(0);
    const gone = { ...stating('CVE-V3', 'not_affected', { version: 5, day: 5 }), statements: [] };
    expect(await apply(gone)).toMatchObject({ granted: 0, ended: 1 });
    expect(await high()).toBe(1);
  });

  it('of the same author ends what another one said before, and of another author does not', async () => {
    const high = await caseOf('CVE-V4');
    await apply(stating('CVE-V4', 'not_affected', { day: 2 }));
    const other = { author: 'Somebody else', document: 'foreign', day: 3 };
    expect(await apply(stating('CVE-V4', 'under_investigation', other))).toMatchObject({ ended: 0 });
    expect(await apply(stating('CVE-V4', 'affected', { document: 'earlier', day: 1 }))).toMatchObject({ unchanged: 1 });
    expect(await high()).toBe(0);
    expect(await apply(stating('CVE-V4', 'under_investigation', { document: 'later', day: 4 }))).toMatchObject({
      ended: 1,
    });
    expect(await high()).toBe(1);
    expect(installation.said(exceptionEndedV1).some(({ because }) => because === 'replaced')).toBe(true);
  });

  it('on one build of an image says nothing of another', async () => {
    const builds = ['a', 'b'].map((each) => `sha256:${each.repeat(64)}`);
    const product = `pkg:oci/web@${encodeURIComponent(builds[0]!)}?repository_url=registry.example/web`;
    await apply(stating('CVE-V5', 'not_affected', { product }));
    const verdicts = await Promise.all(
      builds.map(async (imageDigest) => {
        const origin = { repo: `build-${imageDigest.slice(7, 8)}`, imageName: 'registry.example/web', imageDigest };
        return installation.judge({ findings: [aFinding('CVE-V5')], origin });
      }),
    );
    expect(verdicts.map(({ counts }) => counts.excluded)).toEqual([1, 0]);
    // And it stays so when something else is granted for the same vulnerability, and ends again.
    const what = { kind: 'vulnerability', id: 'CVE-V5' };
    const body = { what, where: { kind: 'tenant' }, reason: 'x' };
    const granted = await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json: body });
    const { id } = (await granted.json()) as { id: string };
    await installation.ask('analyst', `/api/v1/exceptions/${id}`, { method: 'DELETE' });
    const shown = await Promise.all(
      verdicts.map(({ caseId }) => installation.get<{ counts: { excluded: number } }>(`/api/v1/cases/${caseId}`)),
    );
    expect(shown.map(({ counts }) => counts.excluded)).toEqual([1, 0]);
  });

  it('is about the repository that its sender names, and no other', async () => {
    const [mine, other] = [await caseOf('CVE-V6'), await caseOf('CVE-V6', { repo: 'other' })];
    const origin = { org: 'acme', repo: 'cve-v6' };
    expect(await apply(stating('CVE-V6', 'not_affected'), { origin })).toMatchObject({ granted: 1 });
    expect([await mine(), await other()]).toEqual([0, 1]);
    expect(await apply(stating('CVE-V6', 'not_affected'))).toMatchObject({ granted: 1 });
    expect(await other()).toBe(0);
  });

  it('that is none fails its receipt with the reason', async () => {
    const receiptId = await send({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    const failed = await eventually('the failure', () =>
      installation.said(receiptFailedV1).find((each) => each.receiptId === receiptId),
    );
    expect(failed).toMatchObject({ stage: 'judge', error: { kind: 'invalid', code: 'cases.unknown-vex' } });
  });

  it('of real life is taken in one go', async () => {
    const folder = new URL('./fixtures/vex/', import.meta.url);
    const document = readFileSync(new URL('trustify__rhsa-2024_3666.json', folder), 'utf8');
    const outcome = await apply(document, { tenant: 'real' });
    expect(outcome).toMatchObject({ format: 'csaf', documentId: 'RHSA-2024:3666', granted: 18, warnings: [] });
    expect(digestOf(document)).toBe(`sha256:${'dcc7c660f9818d9a5c720b7cc7dd93303a903ddcb47392a5b7325fe055f15c2e'}`);
    expect(installation.said(exceptionGrantedV1).length).toBeGreaterThanOrEqual(18);
  });
});

describe('what is excepted, as OpenVEX', () => {
  const tenant = 'telling';
  const grant = async (body: object): Promise<{ id: string }> => {
    const answer = await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json: body, tenant });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { id: string };
  };
  const document = async (query = ''): Promise<Json & { version: number; statements: Json[] }> =>
    installation.get(`/api/v1/exceptions.openvex${query}`, { tenant });

  it('states what is accepted and why, without private words, under an id that stays', async () => {
    expect((await installation.ask('viewer', '/api/v1/exceptions.openvex', { tenant })).status).toBe(404);
    const what = { kind: 'vulnerability', id: 'CVE-T1' };
    const shop = { kind: 'component', provider: 'github', org: 'acme', repo: 'shop', purl: 'pkg:npm/lodash@4' };
    const said = { reason: 'secret reason', privateComment: 'secret words' };
    await grant({
      what,
      where: shop,
      ...said,
      publicComment: 'Dead code',
      justification: 'vulnerable_code_not_in_execute_path',
    });
    await grant({
      what: { kind: 'vulnerability', id: 'CVE-T2' },
      where: { kind: 'image', image: 'ghcr.io/acme/web' },
      ...said,
    });
    await grant({ what: { kind: 'rule', id: 'DS002' }, where: { kind: 'tenant' }, ...said });

    const all = await document();
    expect(all).toMatchObject({ '@context': 'https://openvex.dev/ns/v0.2.0', author: tenant, version: 3 });
    expect(JSON.stringify(all)).not.toContain('secret');
    expect(all.statements).toMatchObject([
      {
        vulnerability: { name: 'CVE-T1' },
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        impact_statement: 'Dead code',
        products: [{ '@id': 'pkg:github/acme/shop', subcomponents: [{ '@id': 'pkg:npm/lodash@4' }] }],
      },
      {
        vulnerability: { name: 'CVE-T2' },
        status: 'affected',
        action_statement: 'The risk is accepted; nothing is done about it',
        products: [{ '@id': 'pkg:oci/web?repository_url=ghcr.io%2Facme%2Fweb' }],
      },
    ]);
    expect(await document()).toEqual(all);
    expect((await document('?repo=acme/shop')).statements).toHaveLength(1);
    expect((await document('?image=ghcr.io/acme/web')).statements).toHaveLength(1);

    const { id } = await grant({
      what: { kind: 'vulnerability', id: 'CVE-T3' },
      where: { kind: 'tenant' },
      reason: 'x',
    });
    const more = await document();
    expect(more).toMatchObject({ '@id': all['@id'], version: 4 });
    await installation.ask('analyst', `/api/v1/exceptions/${id}`, { method: 'DELETE', tenant });
    expect(await document()).toMatchObject({ '@id': all['@id'], version: 5, statements: all.statements });
  });

  it('can be read by the reader of VEX again', async () => {
    const theirs = await apply(JSON.stringify(await document()), { tenant: 'customer' });
    expect(theirs).toMatchObject({ format: 'openvex', author: tenant, statements: 2, granted: 1, warnings: [] });
  });
});

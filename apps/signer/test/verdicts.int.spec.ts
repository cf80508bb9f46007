import {
  type DataOf,
  gateDecidedV1,
  receiptProgressedV1,
  verdictPredicateType,
  verdictsSignedV1,
  verdictStatement,
} from '@assay/contracts';
import { digestOf, newId, noCounts } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignerInstallation } from './signer-installation.js';
import { noCosign, oneByteChanged, StockCosign } from './stock-cosign.js';

const sbom = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }));
const report = Buffer.from(JSON.stringify({ SchemaVersion: 2, Results: [] }));
const findings = { digest: digestOf('findings'), size: 8, mediaType: 'application/vnd.assay.findings.v1+json' };
const engine = { name: 'assay-osv', version: '0.1.0', data: { osv: digestOf('osv') }, durationMs: 3 };

function aVerdict(): DataOf<typeof gateDecidedV1> {
  const scan = (tool: string, document: Buffer) => ({
    scanId: newId(),
    tool,
    target: '',
    document: digestOf(document),
    findings,
    engines: [engine],
  });
  return {
    receiptId: newId(),
    subject: { kind: 'pr', provider: 'github', org: 'acme', repo: 'web', prId: '7' },
    verdict: {
      runId: newId(),
      scanIds: [],
      caseId: 7,
      caseStatus: 'OPEN',
      gate: true,
      verdict: 'block',
      reasons: ['1 critical finding is new in this change'],
      components: 3,
      baseline: null,
      counts: { ...noCounts(), critical: 1, kev: 0, excluded: 0 },
      newInThisChange: { ...noCounts(), critical: 1 },
    },
    policy: { threshold: 'high' },
    entries: noCounts(),
    scans: [scan('cyclonedx', sbom), scan('trivy', report)],
    basis: {
      commitSha: 'c1',
      targetBranch: 'main',
      imageName: null,
      imageVersions: [],
      exclusionsRefused: false,
      baseline: null,
      exceptions: [],
    },
  };
}

describe('a verdict', () => {
  let installation: SignerInstallation;
  const decided = aVerdict();
  let envelope: Buffer;
  beforeAll(async () => {
    installation = await SignerInstallation.start();
    await say(decided);
    envelope = await eventually('the signed verdict', () => envelopeOf(decided.verdict.runId));
  });
  afterAll(() => installation?.stop());

  async function say(...all: DataOf<typeof gateDecidedV1>[]): Promise<void> {
    await installation.engine.run({ tenant: 'acme' }, async (tx) => {
      for (const each of all) tx.publish(gateDecidedV1, each, { correlationId: each.receiptId });
    });
  }

  async function envelopeOf(runId: string, tenant = 'acme'): Promise<Buffer | false> {
    const response = await installation.ask(tenant, 'service', `/internal/verdicts/${runId}`);
    return response.ok && Buffer.from(await response.arrayBuffer());
  }

  async function check(json: Buffer, tenant = 'acme'): Promise<{ verified: boolean; message: string }> {
    const response = await installation.ask(tenant, 'service', '/internal/verdicts/check', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ envelope: json.toString() }),
    });
    return (await response.json()) as { verified: boolean; message: string };
  }

  it('is signed as an in-toto statement about every document, with all that it follows from', () => {
    const { payload } = JSON.parse(envelope.toString()) as { payload: string };
    const statement = verdictStatement.parse(JSON.parse(Buffer.from(payload, 'base64').toString()));
    expect(statement.subject.map(({ digest: { sha256 } }) => `sha256:${sha256}`)).toEqual(
      [sbom, report].map((bytes) => digestOf(bytes)),
    );
    expect(statement.predicate).toMatchObject({
      tenant: 'acme',
      receiptId: decided.receiptId,
      result: decided.verdict,
      policy: { threshold: 'high' },
      documents: [{ tool: 'cyclonedx', engines: [engine], findings }, { tool: 'trivy' }],
      basis: decided.basis,
    });
  });

  it('verifies with a key of the tenant and no other, and not with a byte changed', async () => {
    expect(await check(envelope)).toMatchObject({ verified: true, statement: { predicateType: verdictPredicateType } });
    expect(await check(envelope, 'globex')).toMatchObject({ verified: false });
    const { payload, ...rest } = JSON.parse(envelope.toString()) as { payload: string };
    const changed = oneByteChanged(Buffer.from(payload, 'base64')).toString('base64');
    expect(await check(Buffer.from(JSON.stringify({ ...rest, payload: changed })))).toMatchObject({ verified: false });
    expect(await envelopeOf(decided.verdict.runId, 'globex')).toBe(false);
  });

  it('ends no stage of its receipt: the documents may be unattested still', () => {
    const stages = installation.bus
      .ofType(receiptProgressedV1.type)
      .filter(({ source, correlationid }) => source.endsWith('signer') && correlationid === decided.receiptId);
    expect(stages).toEqual([]);
  });

  it('is told with all others that were signed at once, by the digest of its envelope', async () => {
    const many = Array.from({ length: 50 }, aVerdict);
    await say(...many);
    const told = await eventually('all of them', () => {
      const events = installation.bus.ofType(verdictsSignedV1.type).map(({ data }) => data);
      const all = (events as DataOf<typeof verdictsSignedV1>[]).flatMap(({ verdicts }) => verdicts);
      return all.length === 51 && all;
    });
    expect(told[0]).toEqual({
      runId: decided.verdict.runId,
      receiptId: decided.receiptId,
      envelope: digestOf(envelope),
    });
    expect(installation.bus.ofType(verdictsSignedV1.type).length).toBeLessThan(20);
  });

  it('too large for its event is signed as it was put aside', async () => {
    const large = aVerdict();
    const bytes = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [], predicate: {} }));
    const statement = await installation.artifacts.put('acme', bytes, 'application/vnd.in-toto+json');
    await say({ ...large, scans: undefined, basis: null, statement });
    const stored = await eventually('it', () => envelopeOf(large.verdict.runId));
    expect(JSON.parse(stored.toString())).toMatchObject({ payload: bytes.toString('base64') });
  });

  it('verifies with stock cosign as an attestation of each of its documents', async (context) => {
    if (!StockCosign.isThere) context.skip(noCosign);
    const auditor = await StockCosign.open();
    const keys = await installation.ask('acme', 'viewer', '/api/v1/keys');
    const { items } = (await keys.json()) as { items: { publicKeyPem: string }[] };
    await auditor.put({ 'R.pub': items[0]!.publicKeyPem, 'verdict.att': envelope, sbom, report });
    for (const file of ['sbom', 'report']) {
      const outcome = await auditor.verifyAttestation('R.pub', 'verdict.att', file, verdictPredicateType);
      expect([file, outcome]).toEqual([file, { code: 0, said: expect.stringContaining('Verified OK') }]);
    }
    await auditor.put({ other: oneByteChanged(sbom) });
    expect(
      (await auditor.verifyAttestation('R.pub', 'verdict.att', 'other', verdictPredicateType)).code,
    ).toBeGreaterThan(0);
    await auditor[Symbol.asyncDispose]();
  });
});

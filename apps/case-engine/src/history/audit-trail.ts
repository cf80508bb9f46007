import type { WholeRun } from '../runs/read-runs.store.js';
import type { RunRescan } from '../rescans/run-rescans.store.js';
import type { RunAlert } from './run-alerts.store.js';

export const trailSteps = [
  'accepted',
  'scanned',
  'attested',
  'judged',
  'excepted',
  'rescanned',
  'alerted',
  'closed',
] as const;

/** Something that happened to a run. */
export interface TrailEntry {
  readonly at: Date;
  readonly what: (typeof trailSteps)[number];
  readonly details: Readonly<Record<string, unknown>>;
}

/** A signed statement about a document, as the signer lists it. */
export interface ListedAttestation {
  readonly id: string;
  readonly document: { readonly digest: string };
  readonly predicateType: string;
  readonly envelope: { readonly digest: string };
  readonly keyId: string;
  readonly createdAt: string;
}

/** A rescan of the run, with the ids of what was new in it. */
export type RescanOfRun = RunRescan & { readonly vulnerabilities: readonly NewId[] };
export interface NewId {
  readonly id: string;
  readonly list: 'new' | 'kev';
  readonly excepted: boolean;
}

/** Everything that is known to have happened to a run. */
export interface TrailOf {
  readonly run: WholeRun;
  readonly attestations: readonly ListedAttestation[];
  readonly alerts: readonly (Omit<RunAlert, 'at'> & { readonly at: Date })[];
  /** Those that ended, with what they added; a run that was stopped says why. */
  readonly rescans: readonly RescanOfRun[];
  /** Set where its case was closed while it stood by this run. */
  readonly closed: { readonly as: string; readonly at: Date } | null;
}

/**
 * What happened to a run, in order. Steps of one moment stand as they follow from each other; a scan is dated by the
 * judgement that it led to, which follows at once and is what the database keeps.
 */
export function trailOf({ run, attestations, alerts, rescans, closed }: TrailOf): TrailEntry[] {
  const byReceipt = Map.groupBy(run.documents, ({ receiptId }) => receiptId);
  const accepted = [...byReceipt].map(([receiptId, documents]): TrailEntry => {
    const [first] = documents;
    return {
      at: new Date(first!.acceptedAt),
      what: 'accepted',
      details: {
        receiptId,
        documents: documents.map(({ tool, target, documentDigest }) => ({ tool, target, digest: documentDigest })),
      },
    };
  });
  const scanned = run.documents.map((document): TrailEntry => {
    const { tool, target, scanId, documentDigest, findingsDigest, engines, components, acceptedAt } = document;
    const at = new Date(Math.max(run.recorded_at.getTime(), new Date(acceptedAt).getTime()));
    return {
      at,
      what: 'scanned',
      details: { scanId, tool, target, documentDigest, findingsDigest, engines, components },
    };
  });
  const attested = attestations.map(({ id, document, predicateType, envelope, keyId, createdAt }): TrailEntry => ({
    at: new Date(createdAt),
    what: 'attested',
    details: {
      attestationId: id,
      documentDigest: document.digest,
      predicateType,
      envelopeDigest: envelope.digest,
      keyId,
    },
  }));
  const { verdict, gate, reasons, counts, baseline } = run.verdict;
  const judged: TrailEntry = {
    at: run.recorded_at,
    what: 'judged',
    details: { verdict, gate, reasons, counts, baseline, late: run.late, policy: run.policy },
  };
  const excepted = run.applied.map((applied): TrailEntry => ({
    at: run.recorded_at,
    what: 'excepted',
    details: { ...applied },
  }));
  const alerted = alerts.map(({ at, runId: _runId, ...details }): TrailEntry => ({ at, what: 'alerted', details }));
  const rescanned = rescans.map(({ at, ...details }): TrailEntry => ({ at: at!, what: 'rescanned', details }));
  const ended: TrailEntry[] = closed === null ? [] : [{ at: closed.at, what: 'closed', details: { as: closed.as } }];
  return [...accepted, ...scanned, ...attested, judged, ...excepted, ...rescanned, ...alerted, ...ended].toSorted(
    inOrder,
  );
}

function inOrder(one: TrailEntry, other: TrailEntry): number {
  return one.at.getTime() - other.at.getTime() || trailSteps.indexOf(one.what) - trailSteps.indexOf(other.what);
}

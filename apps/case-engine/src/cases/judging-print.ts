import type { Origin, Subject } from '@assay/contracts';
import { type Digest, digestOf } from '@assay/kernel';
import type { Exception, Place } from '../exceptions/exception.js';
import type { GatePolicy } from '../gate/gate-policy.js';
import type { BaselineRun } from '../runs/docket.js';
import type { Run } from '../runs/run.js';

/**
 * A fingerprint of all that decides which findings of a run count: what was found by which engines, and which exceptions
 * are in force there. Where two runs of a subject have the same one, the second changes nothing.
 */
export function findingsPrintOf(run: Pick<Run, 'documents'>, exceptions: readonly Exception[], place: Place): Digest {
  const found = run.documents.map(({ tool, findingsDigest, findingsContent, engines }) => [
    tool,
    findingsContent ?? findingsDigest,
    engines.map(({ name }) => name),
  ]);
  const excepted = exceptions.map(({ id, what, where, expiresAt }) => [id, what, where, expiresAt]);
  return digestOf(JSON.stringify([found, excepted, place.imageName, place.imageVersions]));
}

/** A fingerprint of all that decides what the gate says of a run. */
export function verdictPrintOf(
  findingsPrint: Digest,
  policy: GatePolicy,
  asked: {
    readonly subject: Subject | null;
    readonly targetBranch: Origin['targetBranch'];
    readonly baseline: BaselineRun | null;
    readonly refused: boolean;
  },
): Digest {
  const { subject, targetBranch, baseline, refused } = asked;
  const known = baseline && [baseline.id, baseline.findings.map(({ digest, content }) => content ?? digest)];
  return digestOf(JSON.stringify([findingsPrint, policy, subject, targetBranch, known, refused]));
}

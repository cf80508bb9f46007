import { hash } from 'node:crypto';
import { type Origin, type Subject, subjectKey } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { derivedId } from '../vulnerabilities/derived-id.js';

/** What findings belong to: a subject, or, where nobody said one, the document itself. */
export interface ScannedSubject {
  readonly id: Uuid;
  readonly key: string;
  readonly kind: Subject['kind'] | 'document';
  readonly provider: string | null;
  readonly org: string | null;
  readonly repo: string | null;
  readonly branch: string | null;
  readonly prId: string | null;
  readonly imageName: string | null;
  readonly hostId: string | null;
}

/** What orders the runs of one subject (`semantics.md` §3). */
export interface RunOrder {
  readonly provider: string;
  /** The run's id where it is a whole number, as text; runs of one provider are counted. */
  readonly runNumber: string | null;
  readonly runStartedAt: string | null;
  readonly acceptedAt: string;
}

/** The subject of a document; its id is derived, so that one and the same finding has one id for ever. */
export function scannedSubject(
  tenant: TenantSlug,
  subject: Subject | null,
  digest: string,
  origin: Origin,
): ScannedSubject {
  const key = subject === null ? JSON.stringify(['document', digest]) : subjectKey(subject);
  const repository = subject !== null && (subject.kind === 'pr' || subject.kind === 'branch') ? subject : null;
  return {
    id: derivedId('subject', tenant, key),
    key,
    kind: subject?.kind ?? 'document',
    provider: repository?.provider ?? null,
    org: repository?.org ?? null,
    repo: repository?.repo ?? null,
    branch: subject?.kind === 'branch' ? subject.branch : null,
    prId: subject?.kind === 'pr' ? subject.prId : null,
    // Built from a repository, an image is found by its own name too.
    imageName: subject?.kind === 'image' ? subject.imageName : origin.imageName,
    hostId: subject?.kind === 'host' ? subject.hostId : null,
  };
}

/** Where a run stands among those of its subject. */
export function runOrderOf(origin: Origin, acceptedAt: string): RunOrder {
  const { provider, runId, runStartedAt } = origin;
  const runNumber = runId !== null && /^\d{1,30}$/.test(runId) ? runId : null;
  return { provider, runNumber, runStartedAt, acceptedAt };
}

/** The run that a document belongs to, within its subject; the empty text where the caller named none. */
export function runKeyOf({ commitSha, runId }: Origin): string {
  return isNamed({ commitSha, runId }) ? marked(JSON.stringify([commitSha, runId])) : '';
}

/**
 * What a document counts as being about: what it says itself, else the image that the caller named. Several targets of one
 * tool stand beside each other within one run; where no run was named nobody could tell an old target from a new one, and
 * the last document counts.
 */
export function targetOf(said: string, origin: Origin): string {
  const named = origin.imageName ?? '';
  return isNamed(origin) && said !== '' ? said : named;
}

/** Where a document stands among those of its subject: the tool, and a mark of the target where it has one. */
export function slotOf(tool: string, target: string): string {
  return target === '' ? tool : `${tool} ${marked(target)}`;
}

/** The tool of a slot; no tool's name has a space in it. */
export function toolOf(slot: string): string {
  return slot.split(' ', 1)[0]!;
}

function isNamed({ commitSha, runId }: Pick<Origin, 'commitSha' | 'runId'>): boolean {
  return commitSha !== null || runId !== null;
}

/** Names may be longer than an index row. */
function marked(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

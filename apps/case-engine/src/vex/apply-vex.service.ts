import { ArtifactStore } from '@assay/artifacts';
import { type DataOf, vexAppliedV1, type vexReceivedV1, type VexOutcome } from '@assay/contracts';
import { AssayError, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import type { Exception } from '../exceptions/exception.js';
import { ExceptionPoliciesStore } from '../exceptions/exception-policies.store.js';
import { ExceptionsStore } from '../exceptions/exceptions.store.js';
import { RecordExceptions } from '../exceptions/record-exceptions.service.js';
import { limits } from '../limits.js';
import { documentKeyOf, type NewStatement, planVex, statementsByKey, type VexPlan } from './plan-vex.js';
import { bounded, readVex } from './read-vex.js';
import type { VexPlace } from './scope-of-product.js';
import { compareVersions, type VexDocument } from './vex-document.js';
import { VexStore } from './vex.store.js';

type Received = DataOf<typeof vexReceivedV1>;

/** What VEX documents change: statements, and the exceptions that follow from them. */
@Injectable()
export class VexRecords {
  constructor(
    readonly vex: VexStore,
    readonly exceptions: ExceptionsStore,
    readonly policies: ExceptionPoliciesStore,
    readonly record: RecordExceptions,
  ) {}
}

/**
 * Makes exceptions of what a VEX document says is not affected or fixed, and ends those that it contradicts. The newest
 * version of a document counts whenever it arrives; the same one again changes nothing.
 */
@Injectable()
export class ApplyVex {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly cases: CasesStore,
    private readonly records: VexRecords,
  ) {}

  /** @throws AssayError `cases.unknown-vex`, `cases.malformed-vex`, and what `ArtifactStore.read` throws */
  async execute(received: Received, tx: Transaction): Promise<void> {
    const [file] = received.documents;
    refuseLarge(file!.size);
    const document = readVex(await this.artifacts.read(tx.tenant, file!.digest, limits.vexDocumentBytes));
    await this.cases.lockJudging(tx);
    const outcome = await this.apply(tx, document, received);
    tx.publish(
      vexAppliedV1,
      { receiptId: received.receiptId, outcome },
      { subject: received.receiptId, correlationId: received.receiptId },
    );
  }

  private async apply(tx: Transaction, document: VexDocument, received: Received): Promise<VexOutcome> {
    const place = placeOf(received);
    const key = documentKeyOf(document, place);
    const { digest } = received.documents[0]!;
    const { vex } = this.records;
    const before = await vex.find(tx, key);
    if (before?.digest === digest) return outcomeOf(document, null, 'repeated');
    if (before !== null && compareVersions(document, before) < 0) return outcomeOf(document, null, 'older');

    const acceptedAt = new Date(received.acceptedAt);
    const warnings = [...document.warnings];
    const said = statementsByKey({ document, key, place, acceptedAt }, warnings);
    const plan = planVex(key, said, await vex.statements(tx, key, [...said.keys()]), warnings);
    const outcome = await this.record(tx, document, plan);
    const { author, documentId, version } = document;
    const issuedAt = document.issuedAt ?? acceptedAt;
    const { receiptId } = received;
    await vex.saveDocument(tx, { key, author, documentId, version, issuedAt, acceptedAt, digest, receiptId, outcome });
    return outcome;
  }

  private async record(tx: Transaction, document: VexDocument, plan: VexPlan): Promise<VexOutcome> {
    const { vex, exceptions, policies, record } = this.records;
    const names = plan.fresh.flatMap(({ statement: { vulnerability, aliases } }) => [vulnerability, ...aliases]);
    const groups = await exceptions.groupsOf(tx, [...new Set(names)]);
    const made = plan.fresh.map((each) => {
      const { vulnerability, aliases } = each.statement;
      const group = [vulnerability, ...aliases].map((name) => groups.get(name)).find((found) => found !== undefined);
      return { ...each, exception: exceptionOf(tx, document, each, group ?? null) };
    });
    const granted = made.flatMap(({ exception }) => exception ?? []);
    const proposed = (await policies.read(tx)).approval === 'second-person';
    const ended = await record.execute(tx, { granted, ended: plan.ended, because: 'replaced', proposed });
    await vex.forget(tx, plan.forgotten);
    await vex.saveStatements(
      tx,
      made.map(({ known, exception }) => ({ ...known, exceptionId: exception?.id ?? null })),
    );
    const counts = { granted: granted.length, ended: ended.length, unchanged: plan.unchanged };
    return { ...outcomeOf(document, plan, null), ...counts };
  }
}

/** Null for a statement that excepts nothing. */
function exceptionOf(
  tx: Transaction,
  { author, documentId }: VexDocument,
  { statement, where }: NewStatement,
  group: string | null,
): Exception | null {
  if (where === null) return null;
  const { vulnerability, status, justification, impact } = statement;
  const why = justification === null ? '' : ` (${justification.replaceAll('_', ' ')})`;
  return {
    id: newId(tx.now.getTime()),
    what: { kind: 'vulnerability', id: vulnerability, group },
    where,
    reason: `${author || 'A VEX document'} says: ${status.replaceAll('_', ' ')}${why}`,
    expiresAt: null,
    grantedBy: tx.actor ?? 'service:case-engine',
    grantedAt: tx.now,
    origin: 'vex',
    publicComment: impact,
    privateComment: null,
    scopeNote: documentId,
    owner: author === '' ? null : author,
    approvedBy: null,
    justification,
  };
}

function outcomeOf(document: VexDocument, plan: VexPlan | null, ignored: VexOutcome['ignored']): VexOutcome {
  const { format, author, documentId, version, statements } = document;
  return {
    format,
    author,
    documentId,
    documentVersion: version,
    statements: statements.length,
    granted: 0,
    ended: 0,
    unchanged: ignored === null ? 0 : statements.length,
    ignored,
    warnings: bounded(plan?.warnings ?? document.warnings),
  };
}

/** What the sender says that the document is about. */
function placeOf({ origin: { provider, org, repo, imageName } }: Received): VexPlace {
  const named = repo !== null;
  return {
    provider: (named && provider) || null,
    org: (named && org) || null,
    repo,
    image: imageName,
  };
}

function refuseLarge(size: number): void {
  if (size <= limits.vexDocumentBytes) return;
  const code: CaseEngineErrorCode = 'cases.malformed-vex';
  throw new AssayError('invalid', code, `The document has ${size} bytes, more than ${limits.vexDocumentBytes}`);
}

import { ArtifactStore, type SpooledContent } from '@assay/artifacts';
import {
  benchmarkSubmittedV1,
  documentReceivedV1,
  type EventContract,
  type Origin,
  type RunContext,
  subjectOfOrigin,
  vexReceivedV1,
} from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { digestOf, newId } from '@assay/kernel';
import { type OutboxRow, toOutboxRow, type Transaction, Transactions } from '@assay/persistence';
import { METRICS } from '@assay/service-host';
import { currentTraceparent, type Metrics } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { conflict } from '../ingest-gateway.errors.js';
import type { AcceptedReceipt, DocumentKind } from '../receipts/receipt.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { IdempotencyStore } from './idempotency.store.js';
import { Quota } from './quota.service.js';
import { type AnnouncedBenchmark, scanIdsOf } from './announced-benchmark.js';
import { ReceiptsGroupCommit } from './receipts-group-commit.service.js';

/** One document that has been received. */
export interface ReceivedPart {
  /** What it is in its request: the receipt's kind for a document that came alone. */
  readonly role: string;
  /** Who reads it in a bundle (`documentRef`). */
  readonly reader?: string | null;
  readonly content: SpooledContent;
  readonly mediaType: string;
}

/** What came in one request, with everything that is known of it. */
export interface DocumentToAccept {
  readonly caller: Principal;
  readonly kind: DocumentKind;
  readonly dialect: AcceptedReceipt['dialect'];
  readonly tool: string | null;
  readonly origin: Origin;
  readonly documents: readonly ReceivedPart[];
  readonly context?: RunContext | null;
  /** What results of benchmarks are announced with, instead of as a document. */
  readonly benchmark?: AnnouncedBenchmark;
  /** The caller's `Idempotency-Key`, with the route it was sent to. */
  readonly repeatable: { readonly route: string; readonly key: string } | null;
  /** Writes what belongs to the receipt in its transaction, and gives the receipt as it is to be committed. */
  readonly complete?: (tx: Transaction, receipt: AcceptedReceipt) => Promise<AcceptedReceipt>;
  /** Called with the receipt's id before anything can be decided on it. */
  readonly beforeCommit?: (receipt: AcceptedReceipt) => void;
}

/** Both ways into the table of receipts. */
@Injectable()
export class ReceiptWriter {
  constructor(
    readonly groupCommit: ReceiptsGroupCommit,
    readonly transactions: Transactions,
    readonly receipts: ReceiptsStore,
    readonly idempotency: IdempotencyStore,
  ) {}
}

/** Accepts a document: its bytes are stored first, then its receipt is committed together with the event that tells of it. */
@Injectable()
export class AcceptDocument {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly writer: ReceiptWriter,
    private readonly quota: Quota,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  /**
   * The receipt; an earlier one where the same request came under the same `Idempotency-Key` before.
   *
   * @throws AssayError `ingest.idempotency-key-reused`, `artifacts.unavailable`, `persistence.unavailable`
   */
  async execute(document: DocumentToAccept): Promise<AcceptedReceipt> {
    const { caller, kind } = document;
    const stored = await Promise.all(
      document.documents.map(async ({ role, reader, content, mediaType }) => {
        const artifact = await this.artifacts.put(caller.tenant, content, mediaType);
        return { role, ...artifact, ...(reader !== undefined && { reader }) };
      }),
    );
    const receipt = receiptOf(document, stored);
    if (document.repeatable !== null) return this.once(document, receipt);
    document.beforeCommit?.(receipt);
    const { complete } = document;
    const committed =
      complete === undefined ? await this.inGroup(document, receipt) : await this.alone(document, receipt, complete);
    this.accepted(kind, committed);
    return committed;
  }

  private async inGroup(document: DocumentToAccept, receipt: AcceptedReceipt): Promise<AcceptedReceipt> {
    await this.writer.groupCommit.commit({ receipt, event: eventOf(document, receipt) });
    return receipt;
  }

  private async alone(
    document: DocumentToAccept,
    receipt: AcceptedReceipt,
    complete: NonNullable<DocumentToAccept['complete']>,
  ): Promise<AcceptedReceipt> {
    const context = { tenant: receipt.tenant, actor: receipt.actor, correlationId: receipt.id };
    return this.writer.transactions.run(context, async (tx) => this.add(tx, document, await complete(tx, receipt)));
  }

  /** In a transaction of its own, whose row lock makes twins wait for each other. */
  private async once(document: DocumentToAccept, receipt: AcceptedReceipt): Promise<AcceptedReceipt> {
    const { transactions, idempotency } = this.writer;
    const { caller, repeatable, kind } = document;
    const digest = digestOf(JSON.stringify([kind, receipt.tool, receipt.dialect, receipt.origin, receipt.documents]));
    document.beforeCommit?.(receipt);
    const context = { tenant: caller.tenant, actor: caller.actor, correlationId: receipt.id };
    const first = await transactions.run(context, async (tx) => {
      const claimed = await idempotency.claim(tx, { ...repeatable!, principal: caller.actor, digest }, receipt.id);
      if (claimed.digest !== digest) {
        throw conflict('ingest.idempotency-key-reused', 'This Idempotency-Key was used for another request.');
      }
      return claimed.receiptId === receipt.id
        ? this.add(tx, document, receipt)
        : this.writer.receipts.find(tx, claimed.receiptId);
    });
    if (first === null || first.id === receipt.id) {
      this.accepted(kind, receipt);
      return receipt;
    }
    document.beforeCommit?.(first);
    return first;
  }

  private async add(tx: Transaction, document: DocumentToAccept, receipt: AcceptedReceipt): Promise<AcceptedReceipt> {
    await this.writer.receipts.addAll(tx, [receipt]);
    announce(document, receipt, (contract, data) => tx.publish(contract, data, { subject: receipt.id }));
    return receipt;
  }

  private accepted(kind: DocumentKind, { tenant, documents }: AcceptedReceipt): void {
    this.metrics.documentsAccepted.inc({ kind });
    for (const { size } of documents) this.quota.count(tenant, size);
  }
}

function receiptOf(
  { caller, kind, dialect, tool, origin, context = null }: DocumentToAccept,
  documents: AcceptedReceipt['documents'],
): AcceptedReceipt {
  return {
    id: newId(),
    tenant: caller.tenant,
    kind,
    dialect,
    tool,
    subject: subjectOfOrigin(origin),
    origin,
    documents,
    context,
    actor: caller.actor,
    acceptedAt: new Date(),
  };
}

function received({ id, kind, tool, dialect, documents, subject, origin, acceptedAt, context }: AcceptedReceipt) {
  return {
    receiptId: id,
    kind,
    tool,
    dialect,
    documents: [...documents],
    subject,
    origin,
    acceptedAt: acceptedAt.toISOString(),
    ...(context && { context }),
  };
}

/** VEX is nothing to scan: an event of its own spares the scanner all of it, and case-engine all other documents. */
function contractFor({ kind }: AcceptedReceipt): typeof documentReceivedV1 {
  return kind === 'vex' ? vexReceivedV1 : documentReceivedV1;
}

/** Says the event that tells of a receipt. Results of benchmarks have one of their own: nobody scans or judges them. */
function announce<Said>(
  { benchmark }: DocumentToAccept,
  receipt: AcceptedReceipt,
  say: <Data>(contract: EventContract<Data>, data: Data) => Said,
): Said {
  if (benchmark === undefined) return say(contractFor(receipt), received(receipt));
  const { form, hostId, hostname } = benchmark;
  return say(benchmarkSubmittedV1, {
    receiptId: receipt.id,
    form,
    document: receipt.documents[0]!,
    hostId,
    hostname,
    scanIds: scanIdsOf(receipt.id, benchmark),
    acceptedAt: receipt.acceptedAt.toISOString(),
  });
}

/** Made by the request itself, so that it carries its trace, and fails alone if it can't be made. */
function eventOf(document: DocumentToAccept, receipt: AcceptedReceipt): OutboxRow {
  return announce(document, receipt, (contract, data) =>
    toOutboxRow({
      contract,
      data,
      publisher: 'ingest-gateway',
      tenant: receipt.tenant,
      time: receipt.acceptedAt,
      lane: 'interactive',
      actor: receipt.actor,
      subject: receipt.id,
      correlationId: receipt.id,
      traceparent: currentTraceparent(),
    }),
  );
}

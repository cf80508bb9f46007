import type { VexOutcome } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** A VEX document as it was applied last. */
export interface AppliedDocument {
  readonly version: string;
  readonly issuedAt: Date;
  readonly digest: string;
  readonly outcome: VexOutcome;
}

/** The newest word of an author on a product and a vulnerability. */
export interface KnownStatement {
  readonly key: string;
  /** Which document says so. */
  readonly documentKey: string;
  readonly status: string;
  readonly saidAt: Date;
  /** When the document was accepted. */
  readonly acceptedAt: Date;
  /** Everything that its exception follows from. */
  readonly content: string;
  /** The exception that it made; null if it makes none. */
  readonly exceptionId: Uuid | null;
}

/** A document to be written down as applied. */
export interface DocumentToSave extends AppliedDocument {
  readonly key: string;
  readonly author: string;
  readonly documentId: string;
  readonly acceptedAt: Date;
  readonly receiptId: Uuid;
}

/** The only SQL on VEX documents and statements. */
@Injectable()
export class VexStore {
  async find(tx: Transaction, documentKey: string): Promise<AppliedDocument | null> {
    const [row] = await tx.query<AppliedDocument>(
      `select version, issued_at as "issuedAt", digest, outcome from vex_documents where tenant = $1 and document_key = $2`,
      [tx.tenant, documentKey],
    );
    return row ?? null;
  }

  /** What is known under these keys, and all that this document said before. */
  async statements(tx: Transaction, documentKey: string, keys: readonly string[]): Promise<KnownStatement[]> {
    return tx.query<KnownStatement>(
      `select statement_key as key, document_key as "documentKey", status, said_at as "saidAt",
              accepted_at as "acceptedAt", content, exception_id as "exceptionId"
         from vex_statements
        where tenant = $1 and (document_key = $2 or statement_key = any($3::text[]))`,
      [tx.tenant, documentKey, keys],
    );
  }

  async saveDocument(tx: Transaction, document: DocumentToSave): Promise<void> {
    await tx.query(
      `insert into vex_documents (tenant, document_key, author, document_id, version, issued_at, accepted_at, digest,
         receipt_id, outcome)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (tenant, document_key) do update
         set version = excluded.version, issued_at = excluded.issued_at, accepted_at = excluded.accepted_at,
             digest = excluded.digest, receipt_id = excluded.receipt_id, outcome = excluded.outcome`,
      [
        tx.tenant,
        document.key,
        document.author,
        document.documentId,
        document.version,
        document.issuedAt,
        document.acceptedAt,
        document.digest,
        document.receiptId,
        JSON.stringify(document.outcome),
      ],
    );
  }

  async saveStatements(tx: Transaction, statements: readonly KnownStatement[]): Promise<void> {
    if (statements.length === 0) return;
    await tx.query(
      `insert into vex_statements (tenant, statement_key, document_key, status, said_at, accepted_at, content, exception_id)
       select $1, n.key, n."documentKey", n.status, n."saidAt", n."acceptedAt", n.content, n."exceptionId"
         from jsonb_to_recordset($2::jsonb) as n(key text, "documentKey" text, status text, "saidAt" timestamptz,
           "acceptedAt" timestamptz, content text, "exceptionId" uuid)
       on conflict (tenant, statement_key) do update
         set document_key = excluded.document_key, status = excluded.status, said_at = excluded.said_at,
             accepted_at = excluded.accepted_at, content = excluded.content, exception_id = excluded.exception_id`,
      [tx.tenant, JSON.stringify(statements)],
    );
  }

  async forget(tx: Transaction, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await tx.query('delete from vex_statements where tenant = $1 and statement_key = any($2::text[])', [
      tx.tenant,
      keys,
    ]);
  }
}

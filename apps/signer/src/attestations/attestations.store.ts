import type { ArtifactRef } from '@assay/contracts';
import type { Digest, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** Media type of a DSSE envelope (secure-systems-lab/dsse, envelope.md). */
export const ENVELOPE_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json';

/** A signed statement about a document; the envelope lies in the artifact store. */
export interface Attestation {
  readonly id: Uuid;
  /** The receipt that it was first made for. */
  readonly receiptId: Uuid | null;
  readonly document: ArtifactRef;
  readonly predicateType: string;
  readonly envelope: ArtifactRef;
  readonly keyId: string;
  readonly createdAt: Date;
}

interface AttestationRow {
  readonly id: Uuid;
  readonly receipt_id: Uuid | null;
  readonly document_digest: Digest;
  readonly document_size: string;
  readonly document_media_type: string;
  readonly predicate_type: string;
  readonly envelope_digest: Digest;
  readonly envelope_size: string;
  readonly key_id: string;
  readonly created_at: Date;
}

const columns = `id, receipt_id, document_digest, document_size, document_media_type, predicate_type, envelope_digest,
  envelope_size, key_id, created_at`;

/** Attestations of the transaction's tenant. */
export class AttestationsStore {
  /** Those of these documents that were made with this key. */
  async ofDocuments(tx: Transaction, digests: readonly Digest[], keyId: string): Promise<Attestation[]> {
    const rows = await tx.query<AttestationRow>(
      `select ${columns} from attestations where tenant = $1 and document_digest = any($2) and key_id = $3`,
      [tx.tenant, digests, keyId],
    );
    return rows.map(toAttestation);
  }

  /**
   * Adds attestations and gives the ids of those that were added: what a twin has attested meanwhile is left out. Sorted, so
   * that two batches wait for each other in one order only.
   */
  async add(tx: Transaction, attestations: readonly Attestation[]): Promise<Set<Uuid>> {
    if (attestations.length === 0) return new Set();
    const sorted = attestations.toSorted((a, b) => (a.document.digest < b.document.digest ? -1 : 1));
    const rows = await tx.query<{ id: Uuid }>(
      `insert into attestations (tenant, ${columns})
       select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
         $9::bigint[], $10::text[], $11::timestamptz[])
       on conflict (tenant, document_digest, key_id, predicate_type) do nothing
       returning id`,
      [
        tx.tenant,
        sorted.map(({ id }) => id),
        sorted.map(({ receiptId }) => receiptId),
        sorted.map(({ document }) => document.digest),
        sorted.map(({ document }) => document.size),
        sorted.map(({ document }) => document.mediaType),
        sorted.map(({ predicateType }) => predicateType),
        sorted.map(({ envelope }) => envelope.digest),
        sorted.map(({ envelope }) => envelope.size),
        sorted.map(({ keyId }) => keyId),
        sorted.map(({ createdAt }) => createdAt),
      ],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async find(tx: Transaction, id: Uuid): Promise<Attestation | null> {
    const [row] = await tx.query<AttestationRow>(`select ${columns} from attestations where tenant = $1 and id = $2`, [
      tx.tenant,
      id,
    ]);
    return row === undefined ? null : toAttestation(row);
  }

  /** Newest first, older than `before`; of one document, or of all. */
  async list(tx: Transaction, digest: Digest | null, before: Uuid | null, limit: number): Promise<Attestation[]> {
    const rows =
      digest === null
        ? await tx.query<AttestationRow>(
            `select ${columns} from attestations
              where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
            [tx.tenant, before, limit],
          )
        : await tx.query<AttestationRow>(
            `select ${columns} from attestations
              where tenant = $1 and document_digest = $4 and ($2::uuid is null or id < $2) order by id desc limit $3`,
            [tx.tenant, before, limit, digest],
          );
    return rows.map(toAttestation);
  }

  /** How many there are; only where a caller asked for it. */
  async count(tx: Transaction, digest: Digest | null): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::int as count from attestations where tenant = $1 and ($2::text is null or document_digest = $2)`,
      [tx.tenant, digest],
    );
    return row?.count ?? 0;
  }

  /** Notes that a received document is not what it should be. False if that was known. */
  async noteFailure(tx: Transaction, receiptId: Uuid, digest: Digest, reason: string): Promise<boolean> {
    const rows = await tx.query(
      `insert into failed_documents (tenant, receipt_id, document_digest, reason, failed_at) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning receipt_id`,
      [tx.tenant, receiptId, digest, reason, tx.now],
    );
    return rows.length > 0;
  }
}

function toAttestation(row: AttestationRow): Attestation {
  return {
    id: row.id,
    receiptId: row.receipt_id,
    document: { digest: row.document_digest, size: Number(row.document_size), mediaType: row.document_media_type },
    predicateType: row.predicate_type,
    envelope: { digest: row.envelope_digest, size: Number(row.envelope_size), mediaType: ENVELOPE_MEDIA_TYPE },
    keyId: row.key_id,
    createdAt: row.created_at,
  };
}

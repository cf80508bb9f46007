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
  /** Whether it passed when it was verified at once; null for those of before. */
  readonly verified: boolean | null;
  readonly createdAt: Date;
}

/** An attestation that was just made. */
export interface NewAttestation extends Attestation {
  /** Over the envelope's JSON, ASN.1 DER. */
  readonly envelopeSignature: Buffer;
}

/** An attestation with everything that is needed to verify it. */
export interface SignedAttestation extends Attestation {
  /** Null for those of before envelopes were signed. */
  readonly envelopeSignature: Buffer | null;
}

/** Which attestation a receipt's document has. */
export interface AssignedAttestation {
  readonly receiptId: Uuid;
  readonly attestationId: Uuid;
  /** What the document was to its request. */
  readonly role: string;
}

/** Where a page of a receipt's attestations ended. */
export interface PlaceInReceipt {
  readonly id: Uuid;
  readonly role: string;
}

/** Which attestations a list shows. */
export interface AttestationFilter {
  readonly digest: Digest | null;
  readonly receiptId: Uuid | null;
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
  readonly verified: boolean | null;
  readonly created_at: Date;
}

const columns = `id, receipt_id, document_digest, document_size, document_media_type, predicate_type, envelope_digest,
  envelope_size, key_id, verified, created_at`;

const qualified = columns.replaceAll(/\w+/g, 'a.$&');

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
  async add(tx: Transaction, attestations: readonly NewAttestation[]): Promise<Set<Uuid>> {
    if (attestations.length === 0) return new Set();
    const sorted = attestations.toSorted((a, b) => (a.document.digest < b.document.digest ? -1 : 1));
    const rows = await tx.query<{ id: Uuid }>(
      `insert into attestations (tenant, ${columns}, envelope_signature)
       select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
         $9::bigint[], $10::text[], $11::boolean[], $12::timestamptz[], $13::bytea[])
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
        sorted.map(({ verified }) => verified),
        sorted.map(({ createdAt }) => createdAt),
        sorted.map(({ envelopeSignature }) => envelopeSignature),
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

  /** Says which attestations the documents of receipts have. Sorted for the same reason. */
  async assign(tx: Transaction, assigned: readonly AssignedAttestation[]): Promise<void> {
    const sorted = assigned.toSorted((a, b) => (a.receiptId < b.receiptId ? -1 : 1));
    await tx.query(
      `insert into receipt_attestations (tenant, receipt_id, attestation_id, role)
       select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[])
       on conflict do nothing`,
      [
        tx.tenant,
        sorted.map(({ receiptId }) => receiptId),
        sorted.map(({ attestationId }) => attestationId),
        sorted.map(({ role }) => role),
      ],
    );
  }

  /** The signature over the envelope's JSON; null for one of before, and undefined if there is no such attestation. */
  async envelopeSignature(tx: Transaction, id: Uuid): Promise<Buffer | null | undefined> {
    const [row] = await tx.query<{ signature: Buffer | null }>(
      'select envelope_signature as signature from attestations where tenant = $1 and id = $2',
      [tx.tenant, id],
    );
    return row?.signature;
  }

  /** The newest of each of these documents, at most `limit` of one. */
  async signedOf(tx: Transaction, digests: readonly Digest[], limit: number): Promise<SignedAttestation[]> {
    const rows = await tx.query<AttestationRow & { readonly envelope_signature: Buffer | null }>(
      `select a.* from unnest($2::text[]) as wanted(digest), lateral (
         select ${columns}, envelope_signature from attestations
          where tenant = $1 and document_digest = wanted.digest order by id desc limit $3) a`,
      [tx.tenant, digests, limit],
    );
    return rows.map((row) => ({ ...toAttestation(row), envelopeSignature: row.envelope_signature }));
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

  /** Those of one receipt, each with its role there, newest first, behind the one and role of `before`. */
  async listOfReceipt(
    tx: Transaction,
    receiptId: Uuid,
    digest: Digest | null,
    before: PlaceInReceipt | null,
    limit: number,
  ): Promise<(Attestation & { readonly role: string })[]> {
    const rows = await tx.query<AttestationRow & { readonly role: string }>(
      `select ${qualified}, r.role from receipt_attestations r
         join attestations a on a.tenant = r.tenant and a.id = r.attestation_id
        where r.tenant = $1 and r.receipt_id = $4 and ($2::uuid is null or (r.attestation_id, r.role) < ($2, $6))
          and ($5::text is null or a.document_digest = $5)
        order by r.attestation_id desc, r.role desc limit $3`,
      [tx.tenant, before?.id ?? null, limit, receiptId, digest, before?.role ?? ''],
    );
    return rows.map((row) => ({ ...toAttestation(row), role: row.role }));
  }

  /** How many there are; only where a caller asked for it. */
  async count(tx: Transaction, { digest, receiptId }: AttestationFilter): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      receiptId === null
        ? `select count(*)::int as count from attestations where tenant = $1 and ($2::text is null or document_digest = $2)`
        : `select count(*)::int as count from receipt_attestations r
             join attestations a on a.tenant = r.tenant and a.id = r.attestation_id
            where r.tenant = $1 and ($2::text is null or a.document_digest = $2) and r.receipt_id = $3`,
      receiptId === null ? [tx.tenant, digest] : [tx.tenant, digest, receiptId],
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
    verified: row.verified,
    createdAt: row.created_at,
  };
}

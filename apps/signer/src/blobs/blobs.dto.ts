import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AssayError, isDigest, isUuid, type Digest } from '@assay/kernel';
import { z } from 'zod';
import type { SignerErrorCode } from '../signer.errors.js';
import type { BlobSignature } from './sign-blob.service.js';
import type { Upload } from './upload.reader.js';
import type { BlobClaim, BlobVerification, VerificationFailure } from './verify-blob.service.js';

/** What `verify/blob` takes, in JSON, as form fields or in the query. `file` is a part of a form, or the bare body. */
export class VerifyBlobDto {
  @ApiPropertyOptional({ description: 'Of the document; not needed where the document itself is sent' })
  digest?: string;
  @ApiPropertyOptional({ format: 'uuid', description: 'The attestation to hold it against' }) attestationId?: string;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'A DSSE envelope or Sigstore bundle',
  })
  envelope?: object;
  @ApiPropertyOptional({ description: 'A detached signature, in base64' }) signature?: string;
  @ApiPropertyOptional({ description: 'The only key that shall count' }) keyId?: string;
  @ApiPropertyOptional({ type: 'string', format: 'binary', description: 'The document' }) file?: unknown;
}

class FailureDto {
  @ApiProperty({ enum: ['attestation', 'digest', 'envelope', 'key', 'signature'] })
  readonly check!: VerificationFailure['check'];
  @ApiProperty() readonly message!: string;
}

export class BlobVerificationDto {
  @ApiProperty() readonly verified!: boolean;
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly attestationId!: string | null;
  @ApiProperty() readonly digest!: string;
  @ApiProperty({ nullable: true, type: String }) readonly keyId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly predicateType!: string | null;
  @ApiProperty({ type: [FailureDto], description: 'What is not as it should be; empty if verified' })
  readonly failures!: FailureDto[];
}

export class BlobSignatureDto {
  @ApiProperty() readonly digest!: string;
  @ApiProperty({ type: 'integer' }) readonly size!: number;
  @ApiProperty() readonly keyId!: string;
  @ApiProperty({ example: 'ES256' }) readonly algorithm!: string;
  @ApiProperty({ description: 'Base64 of the ASN.1 DER signature, as `cosign verify-blob --signature` takes it' })
  readonly signature!: string;
}

const fieldsSchema = z.object({
  digest: z
    .custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'must be a sha256 digest')
    .optional(),
  attestationId: z.string().refine(isUuid, 'must be a UUID').optional(),
  signature: z.base64().optional(),
  keyId: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
});

/**
 * The claim that an upload makes.
 * @throws AssayError `signer.upload-malformed`, with one entry per wrong field
 */
export function toClaim({ fields, blob }: Upload): BlobClaim {
  const text = (name: string): string | undefined => fields.get(name)?.toString('utf8');
  const given = Object.fromEntries(Object.keys(fieldsSchema.shape).map((name) => [name, text(name)]));
  const parsed = fieldsSchema.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    throw malformed('The request has fields that are wrong.', wrong);
  }
  const { attestationId = null, signature, keyId = null } = parsed.data;
  const digest = blob?.digest ?? parsed.data.digest;
  if (digest === undefined) throw malformed('Either a document or its digest is needed.', [required('digest')]);
  if (parsed.data.digest !== undefined && parsed.data.digest !== digest) {
    const message = `is not that of the document, which is ${digest}`;
    throw malformed('The document and the digest do not belong together.', [{ field: 'digest', message }]);
  }
  return {
    digest,
    blob,
    attestationId,
    envelope: fields.get('envelope') ?? null,
    signature: signature === undefined ? null : Buffer.from(signature, 'base64'),
    keyId,
  };
}

export function toVerificationDto(verification: BlobVerification): BlobVerificationDto {
  return { ...verification, failures: [...verification.failures] };
}

export function toSignatureDto({ digest, size, keyId, signature }: BlobSignature): BlobSignatureDto {
  return { digest, size, keyId, algorithm: 'ES256', signature: signature.toString('base64') };
}

function required(field: string): { field: string; message: string } {
  return { field, message: 'is required' };
}

function malformed(message: string, fields: { field: string; message: string }[]): AssayError {
  return new AssayError<SignerErrorCode>('invalid', 'signer.upload-malformed', message, { fields });
}

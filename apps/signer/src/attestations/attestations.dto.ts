import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { Digest } from '@assay/kernel';
import { ROLE_MAX_CHARS, VERIFY_MAX_DOCUMENTS } from '../limits.js';
import type { Attestation } from './attestations.store.js';
import { type VerificationStatus, verificationStatuses } from './stored-evidence.service.js';
import type { DocumentClaim, DocumentVerification } from './verify-documents.service.js';

const exampleDigest = `sha256:${'0'.repeat(64)}`;
const isSha256 = { message: 'digest must be sha256: and 64 hexadecimal digits' };

export class AttestationsQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Only those of this document', example: exampleDigest })
  @IsOptional()
  @Matches(/^sha256:[0-9a-f]{64}$/, isSha256)
  digest?: Digest;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of the documents of this receipt' })
  @IsOptional()
  @IsUUID()
  receiptId?: string;
}

export class AttestationFormatDto {
  @ApiPropertyOptional({ enum: ['dsse', 'bundle'], default: 'dsse', description: 'The envelope, or a Sigstore bundle' })
  @IsOptional()
  @IsIn(['dsse', 'bundle'])
  format: 'dsse' | 'bundle' = 'dsse';
}

class ArtifactDto {
  @ApiProperty() readonly digest!: string;
  @ApiProperty({ type: 'integer' }) readonly size!: number;
  @ApiProperty() readonly mediaType!: string;
}

/** A signed in-toto statement about a document. */
export class AttestationDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ format: 'uuid', nullable: true, type: String, description: 'The receipt that it was first made for' })
  readonly receiptId!: string | null;
  @ApiPropertyOptional({ description: 'What the document was to the receipt that was asked for', example: 'sbom' })
  readonly role?: string;
  @ApiProperty({ type: ArtifactDto }) readonly document!: ArtifactDto;
  @ApiProperty({ example: 'https://cyclonedx.org/bom' }) readonly predicateType!: string;
  @ApiProperty({ type: ArtifactDto }) readonly envelope!: ArtifactDto;
  @ApiProperty() readonly keyId!: string;
  @ApiProperty({
    nullable: true,
    type: Boolean,
    description: 'Whether it passed when it was verified as soon as it was made; null for those that were not',
  })
  readonly verified!: boolean | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

export class AttestationPageDto {
  @ApiProperty({ type: [AttestationDto] }) readonly items!: AttestationDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer' }) readonly total?: number;
}

export class DocumentClaimDto {
  @ApiProperty({ example: exampleDigest }) @Matches(/^sha256:[0-9a-f]{64}$/, isSha256) digest!: Digest;

  @ApiPropertyOptional({ format: 'uuid', nullable: true, type: String, description: 'Named should it fail' })
  @IsOptional()
  @IsUUID()
  receiptId?: string | null;

  @ApiPropertyOptional({ nullable: true, type: String, example: 'sbom', description: 'Named should it fail' })
  @IsOptional()
  @IsString()
  @MaxLength(ROLE_MAX_CHARS)
  role?: string | null;
}

export class VerifyDocumentsDto {
  @ApiProperty({ type: [DocumentClaimDto], minItems: 1, maxItems: VERIFY_MAX_DOCUMENTS })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(VERIFY_MAX_DOCUMENTS)
  @ValidateNested({ each: true })
  @Type(() => DocumentClaimDto)
  documents!: DocumentClaimDto[];

  toClaims(): DocumentClaim[] {
    return this.documents.map(({ digest, receiptId = null, role = null }) => ({ digest, receiptId, role }));
  }
}

export class DocumentVerificationDto {
  @ApiProperty() readonly digest!: string;
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly receiptId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly role!: string | null;
  @ApiProperty({ enum: verificationStatuses }) readonly status!: VerificationStatus;
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly attestationId!: string | null;
  @ApiProperty() readonly message!: string;
}

/** In the order in which they were asked for. */
export class DocumentVerificationsDto {
  @ApiProperty({ type: [DocumentVerificationDto] }) readonly documents!: DocumentVerification[];
}

export function toAttestationDto(attestation: Attestation & { readonly role?: string }): AttestationDto {
  return { ...attestation, createdAt: attestation.createdAt.toISOString() };
}

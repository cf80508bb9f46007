import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { Digest } from '@assay/kernel';
import type { Attestation } from './attestations.store.js';

export class AttestationsQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Only those of this document', example: `sha256:${'0'.repeat(64)}` })
  @IsOptional()
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'digest must be sha256: and 64 hexadecimal digits' })
  digest?: Digest;
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
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly receiptId!: string | null;
  @ApiProperty({ type: ArtifactDto }) readonly document!: ArtifactDto;
  @ApiProperty({ example: 'https://cyclonedx.org/bom' }) readonly predicateType!: string;
  @ApiProperty({ type: ArtifactDto }) readonly envelope!: ArtifactDto;
  @ApiProperty() readonly keyId!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

export class AttestationPageDto {
  @ApiProperty({ type: [AttestationDto] }) readonly items!: AttestationDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer' }) readonly total?: number;
}

export function toAttestationDto(attestation: Attestation): AttestationDto {
  return { ...attestation, createdAt: attestation.createdAt.toISOString() };
}

import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { IMAGE_DIGEST_MAX_CHARS, IMAGE_NAME_MAX_CHARS } from '../limits.js';
import type { ImageSignature, ImageVerificationRecord } from './images.store.js';
import type { SignImageCommand } from './sign-image.service.js';
import type { ImageVerification } from './verify-image.service.js';

const exampleDigest = `registry.example/acme/app@sha256:${'0'.repeat(64)}`;

export class SignImageDto {
  @ApiProperty({ example: exampleDigest, description: 'What is signed, to the letter and without a line break' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(IMAGE_DIGEST_MAX_CHARS)
  digest!: string;

  @ApiPropertyOptional({ nullable: true, type: String, description: 'What the caller calls the image' })
  @IsOptional()
  @IsString()
  @MaxLength(IMAGE_NAME_MAX_CHARS)
  reference?: string | null;

  @ApiPropertyOptional({ nullable: true, type: String, example: 'acme/shop-api' })
  @IsOptional()
  @IsString()
  @MaxLength(IMAGE_NAME_MAX_CHARS)
  repository?: string | null;

  toCommand(): SignImageCommand {
    return { digest: this.digest, reference: this.reference ?? null, repository: this.repository ?? null };
  }
}

export class VerifyImageDto {
  @ApiProperty({ example: exampleDigest })
  @IsString()
  @IsNotEmpty()
  @MaxLength(IMAGE_DIGEST_MAX_CHARS)
  digest!: string;

  @ApiPropertyOptional({ format: 'uuid', nullable: true, type: String, description: 'Else the newest of this digest' })
  @IsOptional()
  @IsUUID()
  recordId?: string | null;
}

export class SignedImagesQueryDto extends PageQueryDto {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(IMAGE_DIGEST_MAX_CHARS) digest?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(IMAGE_NAME_MAX_CHARS) repository?: string;
}

/** A signature over an image's digest. */
export class SignedImageDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ example: exampleDigest }) readonly digest!: string;
  @ApiProperty({ nullable: true, type: String }) readonly reference!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly repository!: string | null;
  @ApiProperty() readonly keyId!: string;
  @ApiProperty({ description: 'Base64 of the ASN.1 DER signature, as `cosign verify-blob --signature` takes it' })
  readonly signature!: string;
  @ApiProperty({ description: 'Who had it signed' }) readonly actor!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

export class SignedImagePageDto {
  @ApiProperty({ type: [SignedImageDto] }) readonly items!: SignedImageDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export class ImageVerificationDto {
  @ApiProperty({ enum: ['verified', 'mismatch', 'unknown'] }) readonly outcome!: ImageVerification['outcome'];
  @ApiProperty() readonly verified!: boolean;
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly recordId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly keyId!: string | null;
  @ApiProperty() readonly message!: string;
}

/** One time that somebody held an image against a signature. */
export class ImageVerificationRecordDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly digest!: string;
  @ApiProperty({ enum: ['verified', 'mismatch'] }) readonly outcome!: string;
  @ApiProperty() readonly actor!: string;
  @ApiProperty({ format: 'date-time' }) readonly verifiedAt!: string;
}

export class ImageVerificationPageDto {
  @ApiProperty({ type: [ImageVerificationRecordDto] }) readonly items!: ImageVerificationRecordDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export function toSignedImageDto(image: ImageSignature): SignedImageDto {
  return { ...image, signature: image.signature.toString('base64'), createdAt: image.createdAt.toISOString() };
}

export function toImageVerificationDto(verification: ImageVerification): ImageVerificationDto {
  return { ...verification, verified: verification.outcome === 'verified' };
}

export function toImageVerificationRecordDto(record: ImageVerificationRecord): ImageVerificationRecordDto {
  const { signatureId: _signatureId, verifiedAt, ...rest } = record;
  return { ...rest, verifiedAt: verifiedAt.toISOString() };
}

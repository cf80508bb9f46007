import { PageQueryDto } from '@assay/service-host';
import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { IMAGE_DIGEST_MAX_CHARS, IMAGE_NAME_MAX_CHARS } from '../limits.js';
import type { VaultEntry } from './vault.store.js';
import type { TrustedImageVerification } from './verify-trusted-image.service.js';

const exampleDigest = `registry.example/acme/base/node@sha256:${'0'.repeat(64)}`;

export class VaultImageDto {
  @ApiProperty({ example: 'registry.example/acme/base/node:24', description: 'As people type it' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(IMAGE_NAME_MAX_CHARS)
  name!: string;

  @ApiProperty({ example: exampleDigest })
  @IsString()
  @IsNotEmpty()
  @MaxLength(IMAGE_DIGEST_MAX_CHARS)
  digest!: string;
}

export class VaultHistoryQueryDto extends PageQueryDto {
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(IMAGE_NAME_MAX_CHARS) name!: string;
}

/** One revision of a trusted base image. */
export class VaultEntryDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ example: exampleDigest }) readonly digest!: string;
  @ApiProperty({ type: 'integer', description: 'One for the first, then one more each time' })
  readonly revision!: number;
  @ApiProperty() readonly keyId!: string;
  @ApiProperty({ description: "Over the digest's text: base64 of the ASN.1 DER signature, as cosign takes it" })
  readonly signature!: string;
  @ApiProperty({ description: 'Who had it signed' }) readonly actor!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly replacedAt!: string | null;
}

export class VaultPageDto {
  @ApiProperty({ type: [VaultEntryDto] }) readonly items!: VaultEntryDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export class TrustedImageVerificationDto {
  @ApiProperty({ enum: ['trusted', 'mismatch', 'unknown'] }) readonly outcome!: TrustedImageVerification['outcome'];
  @ApiProperty() readonly trusted!: boolean;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ nullable: true, type: String }) readonly keyId!: string | null;
  @ApiProperty() readonly message!: string;
}

export function toVaultEntryDto(entry: VaultEntry): VaultEntryDto {
  const { entrySignature: _entrySignature, signature, createdAt, replacedAt, ...rest } = entry;
  return {
    ...rest,
    signature: signature.toString('base64'),
    createdAt: createdAt.toISOString(),
    replacedAt: replacedAt?.toISOString() ?? null,
  };
}

import { ApiProperty } from '@nestjs/swagger';
import type { PublicKeyRecord } from './keys.store.js';

/** The public half of a signing key. */
export class SigningKeyDto {
  @ApiProperty({ description: 'SHA-256 of the public key as SPKI DER, in hexadecimal' }) readonly keyId!: string;
  @ApiProperty({ example: 'ES256' }) readonly algorithm!: string;
  @ApiProperty({ description: 'SPKI in PEM, as `cosign --key` takes it' }) readonly publicKeyPem!: string;
  @ApiProperty({ description: 'True for the one key that signs now' }) readonly active!: boolean;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly retiredAt!: string | null;
}

/** All keys of the tenant, newest first: there are few. */
export class SigningKeysDto {
  @ApiProperty({ type: [SigningKeyDto] }) readonly items!: SigningKeyDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: null;
}

export function toSigningKeyDto({ keyId, publicKeyPem, createdAt, retiredAt }: PublicKeyRecord): SigningKeyDto {
  return {
    keyId,
    algorithm: 'ES256',
    publicKeyPem,
    active: retiredAt === null,
    createdAt: createdAt.toISOString(),
    retiredAt: retiredAt?.toISOString() ?? null,
  };
}

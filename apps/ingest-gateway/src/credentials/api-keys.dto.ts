import { type CredentialRole, credentialRoles } from '@assay/identity';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  ValidateNested,
} from 'class-validator';
import type { NewApiKey } from './administer-api-keys.service.js';
import type { Credential } from './credential.js';

/** Entries of one list of a scope: the principal has to fit into a header between services. */
const maxScopeEntries = 100;

export class ScopeDto {
  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'Patterns of `org/repo`: `acme/api`, `acme/*`, `acme/**`; null for all',
  })
  @IsOptional()
  @ArrayMaxSize(maxScopeEntries)
  @IsString({ each: true })
  @Length(1, 400, { each: true })
  readonly repositories?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'Ids of hosts; null for all' })
  @IsOptional()
  @ArrayMaxSize(maxScopeEntries)
  @IsString({ each: true })
  @Length(1, 255, { each: true })
  readonly hosts?: string[] | null;
}

export class CreateApiKeyDto {
  @ApiProperty({ maxLength: 200, example: 'pipeline of acme/api' })
  @IsString()
  @Length(1, 200)
  readonly name!: string;

  @ApiProperty({ enum: credentialRoles })
  @IsIn(credentialRoles)
  readonly role!: CredentialRole;

  @ApiPropertyOptional({ type: ScopeDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => ScopeDto)
  readonly scope?: ScopeDto;

  @ApiPropertyOptional({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'From then on it opens nothing',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly expiresAt?: string | null;

  @ApiPropertyOptional({ default: false, description: 'May make tenants and act for each; only for the role admin' })
  @IsOptional()
  @IsBoolean()
  readonly platformAdmin?: boolean;

  toCommand(): NewApiKey {
    return {
      name: this.name,
      role: this.role,
      scope: { repositories: this.scope?.repositories ?? null, hosts: this.scope?.hosts ?? null },
      platformAdmin: this.platformAdmin === true && this.role === 'admin',
      expiresAt: this.expiresAt == null ? null : new Date(this.expiresAt),
    };
  }
}

export class ApiKeyDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly kind!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ enum: credentialRoles }) readonly role!: CredentialRole;
  @ApiProperty({ type: ScopeDto }) readonly scope!: ScopeDto;
  @ApiProperty() readonly platformAdmin!: boolean;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly expiresAt!: string | null;
  @ApiProperty({ example: 'key:0198c6d0-59c0-78c6-976e-5b5410415bde' }) readonly createdBy!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly revokedAt!: string | null;
}

export class NewApiKeyDto extends ApiKeyDto {
  @ApiProperty({ description: 'The key itself, shown this once' }) readonly key!: string;
}

export class ApiKeyPageDto {
  @ApiProperty({ type: [ApiKeyDto] }) readonly items!: readonly ApiKeyDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiProperty({ required: false }) readonly total?: number;
}

export function toApiKeyDto(credential: Credential): ApiKeyDto {
  const { id, kind, name, role, scope, platformAdmin, expiresAt, createdBy, createdAt, revokedAt } = credential;
  return {
    id,
    kind,
    name,
    role,
    scope: { repositories: scope.repositories && [...scope.repositories], hosts: scope.hosts && [...scope.hosts] },
    platformAdmin,
    expiresAt: expiresAt?.toISOString() ?? null,
    createdBy,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

import { type CredentialRole, credentialRoles, type Scope } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsDefined,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { limits } from '../limits.js';
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

/** What a header can carry, without blanks at its ends, which are not part of it. */
const presentable = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
/** Shorter ones are guessed; Santamon's own server does not start with them. */
const minKeyLength = 16;

const keyKinds = ['api-key', 'santamon'] as const;

export class ChangeApiKeyDto {
  @ApiProperty({ type: ScopeDto, description: 'In the place of the scope before' })
  @ValidateNested()
  @Type(() => ScopeDto)
  @IsDefined()
  readonly scope!: ScopeDto;
}

export class CreateApiKeyDto {
  @ApiPropertyOptional({
    enum: keyKinds,
    default: 'api-key',
    description: '`santamon`: for agents of Santamon, which sign their posts with any text of 16 characters or more',
  })
  @IsOptional()
  @IsIn(keyKinds)
  readonly kind?: (typeof keyKinds)[number];

  @ApiPropertyOptional({
    minLength: minKeyLength,
    maxLength: limits.credentialMaxLength,
    description: 'The key that agents of Santamon have already; without it one is made',
  })
  @ValidateIf((body: CreateApiKeyDto) => body.key !== undefined)
  @Length(minKeyLength, limits.credentialMaxLength)
  @Matches(presentable, { message: 'key must be printable ASCII without blanks at its ends' })
  readonly key?: string;

  @ApiProperty({ maxLength: 200, example: 'pipeline of acme/api' })
  @IsString()
  @Length(1, 200)
  readonly name!: string;

  @ApiPropertyOptional({ enum: credentialRoles, description: 'Of a key of kind `santamon` always `agent`' })
  @ValidateIf((body: CreateApiKeyDto) => body.kind !== 'santamon' || body.role !== undefined)
  @IsIn(credentialRoles)
  readonly role?: CredentialRole;

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

  /** @throws AssayError `http.validation-failed` for a key of Santamon with another role, or a given key of another kind */
  toCommand(): NewApiKey {
    const kind = this.kind ?? 'api-key';
    const role = this.role ?? 'agent';
    if (kind === 'santamon' && role !== 'agent') throw wrongField('role', 'of a key of kind santamon is agent');
    if (kind !== 'santamon' && this.key !== undefined) throw wrongField('key', 'is given for the kind santamon alone');
    return {
      kind,
      key: this.key ?? null,
      name: this.name,
      role,
      scope: toScope(this.scope),
      platformAdmin: this.platformAdmin === true && role === 'admin',
      expiresAt: this.expiresAt == null ? null : new Date(this.expiresAt),
    };
  }
}

function wrongField(field: string, message: string): AssayError {
  const fields = [{ field, message }];
  return new AssayError('invalid', 'http.validation-failed', 'The request has fields that are wrong.', { fields });
}

export function toScope(scope: ScopeDto | undefined): Scope {
  return { repositories: scope?.repositories ?? null, hosts: scope?.hosts ?? null };
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

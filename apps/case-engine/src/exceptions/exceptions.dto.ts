import { exceptionTargetKinds } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsISO8601, IsNotEmpty, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { FieldError } from '@assay/kernel';
import { wrongRequest } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import type { Exception, Scope } from './exception.js';
import type { ListedException } from './exceptions.store.js';
import type { GrantExceptionCommand } from './grant-exception.service.js';

const scopeKinds = ['tenant', 'repository', 'image', 'component'] as const;

export class ExceptionTargetDto {
  @ApiProperty({ enum: exceptionTargetKinds }) @IsIn(exceptionTargetKinds) kind!: (typeof exceptionTargetKinds)[number];

  @ApiProperty({
    description: 'Any id or alias of the vulnerability, or the id of the rule',
    example: 'CVE-2021-23337',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(limits.textChars)
  id!: string;
}

export class ExceptionScopeDto {
  @ApiProperty({ enum: scopeKinds }) @IsIn(scopeKinds) kind!: (typeof scopeKinds)[number];
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.providerChars) provider?: string | null;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.nameChars) org?: string | null;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.nameChars) repo?: string | null;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) image?: string | null;
  @ApiPropertyOptional({ description: 'Without a version: every version', example: 'pkg:npm/lodash' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  purl?: string | null;
}

export class GrantExceptionDto {
  @ApiProperty({ type: ExceptionTargetDto })
  @ValidateNested()
  @Type(() => ExceptionTargetDto)
  what!: ExceptionTargetDto;
  @ApiProperty({ type: ExceptionScopeDto }) @ValidateNested() @Type(() => ExceptionScopeDto) where!: ExceptionScopeDto;
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(limits.reasonChars) reason!: string;
  @ApiPropertyOptional({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'Exclusive; without it, for ever',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expiresAt?: string | null;
}

/** What the scope needs beside its kind. */
const needed: Readonly<Record<Scope['kind'], 'repo' | 'image' | 'purl' | null>> = {
  tenant: null,
  repository: 'repo',
  image: 'image',
  component: 'purl',
};

/** @throws AssayError `cases.wrong-request` for a scope that lacks its name, and a date that has passed */
export function toCommand(body: GrantExceptionDto, now: Date): GrantExceptionCommand {
  const { what, where, reason } = body;
  const expiresAt = body.expiresAt == null ? null : new Date(body.expiresAt);
  const field = needed[where.kind];
  const wrong: FieldError[] = [];
  if (field !== null && !where[field])
    wrong.push({ field: `/where/${field}`, message: `is needed for a ${where.kind}` });
  if (expiresAt !== null && expiresAt <= now) wrong.push({ field: 'expiresAt', message: 'must lie in the future' });
  if (reason.trim() === '') wrong.push({ field: 'reason', message: 'must say why' });
  if (wrong.length > 0) throw wrongRequest(wrong);
  return { what: { kind: what.kind, id: what.id }, where: toScope(where), reason, expiresAt };
}

/** Only what the kind of scope looks at is kept: a repository named beside `tenant` would promise a limit that is none. */
function toScope({ kind, provider, org, repo, image, purl }: ExceptionScopeDto): Scope {
  const inRepository = kind === 'repository' || kind === 'component';
  return {
    kind,
    provider: (inRepository && provider) || null,
    org: (inRepository && org) || null,
    repo: (inRepository && repo) || null,
    image: ((kind === 'image' || kind === 'component') && image) || null,
    purl: (kind === 'component' && purl) || null,
  };
}

export class ExceptionDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ type: ExceptionTargetDto }) readonly what!: ExceptionTargetDto & { readonly group: string | null };
  @ApiProperty({ type: ExceptionScopeDto }) readonly where!: ExceptionScopeDto;
  @ApiProperty() readonly reason!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly expiresAt!: string | null;
  @ApiProperty() readonly grantedBy!: string;
  @ApiProperty({ format: 'date-time' }) readonly grantedAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly endedAt!: string | null;
  @ApiProperty({ enum: ['withdrawn', 'expired', 'replaced'], nullable: true }) readonly endedBecause!: string | null;
}

export class ExceptionPageDto {
  @ApiProperty({ type: [ExceptionDto] }) readonly items!: readonly ExceptionDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional() readonly total?: number;
}

export class ListExceptionsDto extends PageQueryDto {}

export function toExceptionDto(exception: Exception & Partial<ListedException>): ExceptionDto {
  const { expiresAt, grantedAt, endedAt = null, endedBecause = null, privateComment: _private, ...rest } = exception;
  return {
    ...rest,
    expiresAt: expiresAt?.toISOString() ?? null,
    grantedAt: grantedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    endedBecause,
  };
}

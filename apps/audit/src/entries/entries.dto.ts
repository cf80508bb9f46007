import { AssayError } from '@assay/kernel';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import type { AuditErrorCode } from '../audit.errors.js';
import type { EntryFilter, RecordedEntry } from './entries.store.js';
import type { EntryProof } from './prove-entry.service.js';

/** Longest actor, subject or type that is searched for. */
const maxTextLength = 1_024;

export class LogQueryDto {
  @ApiPropertyOptional({
    enum: ['platform'],
    description: "The platform's log, for its admins, in place of the tenant's",
  })
  @IsOptional()
  @IsIn(['platform'])
  log?: 'platform';
}

export class EntriesQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: ['platform'], description: "The platform's log, for its admins" })
  @IsOptional()
  @IsIn(['platform'])
  log?: 'platform';

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;

  @ApiPropertyOptional({ description: 'Type of the event', example: 'cases.exception.granted.v1' })
  @IsOptional()
  @IsString()
  @MaxLength(maxTextLength)
  action?: string;

  @ApiPropertyOptional({ example: 'key:019a964c-b580-7951-93df-71b2c909b32d' })
  @IsOptional()
  @IsString()
  @MaxLength(maxTextLength)
  actor?: string;

  @ApiPropertyOptional({ description: 'What it was about' })
  @IsOptional()
  @IsString()
  @MaxLength(maxTextLength)
  subject?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  receipt?: string;

  toFilter(): EntryFilter {
    const { since, action = null, actor = null, subject = null, receipt = null } = this;
    return { since: since === undefined ? null : new Date(since), type: action, actor, subject, receiptId: receipt };
  }
}

/** One entry of the log. */
export class EntryDto {
  @ApiProperty({ type: 'integer' }) readonly index!: number;
  @ApiProperty({ format: 'uuid', description: 'Id of the event' }) readonly id!: string;
  @ApiProperty({ description: 'Type of the event' }) readonly action!: string;
  @ApiProperty({ format: 'date-time' }) readonly time!: string;
  @ApiProperty() readonly actor!: string;
  @ApiProperty({ nullable: true, type: String }) readonly subject!: string | null;
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly receipt!: string | null;
  @ApiProperty({ description: 'Hash of the leaf, in base64' }) readonly leafHash!: string;
  @ApiProperty({ description: 'What the leaf commits to' }) readonly payloadDigest!: string;
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true, description: 'Null once erased' })
  readonly payload!: unknown;
}

export class EntryPageDto {
  @ApiProperty({ type: [EntryDto] }) readonly items!: EntryDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

/** Everything needed to check, with the public key alone, that the entry is in the log. */
export class EntryProofDto {
  @ApiProperty({ type: 'integer' }) readonly index!: number;
  @ApiProperty({ description: 'The bytes of the leaf, in base64: canonical JSON (RFC 8785)' }) readonly leaf!: string;
  @ApiProperty() readonly leafHash!: string;
  @ApiProperty({ type: 'integer' }) readonly size!: number;
  @ApiProperty({ type: [String], description: 'Inclusion proof of RFC 6962 §2.1.1, in base64' })
  readonly proof!: string[];
  @ApiProperty({ description: 'The signed head that the proof leads to' }) readonly checkpoint!: string;
}

export function toEntryDto({ index, entry, leafHash, payload, subject, receiptId }: RecordedEntry): EntryDto {
  return {
    index,
    id: entry.id,
    action: entry.type,
    time: entry.time,
    actor: entry.actor,
    subject,
    receipt: receiptId,
    leafHash: leafHash.toString('base64'),
    payloadDigest: entry.payloadDigest,
    payload: payload === null ? null : payloadJson(payload.bytes),
  };
}

export function toEntryProofDto({ entry, checkpoint, path }: EntryProof, leaf: Buffer): EntryProofDto {
  return {
    index: entry.index,
    leaf: leaf.toString('base64'),
    leafHash: entry.leafHash.toString('base64'),
    size: checkpoint.size,
    proof: path.map((hash) => hash.toString('base64')),
    checkpoint: checkpoint.note,
  };
}

/** Bytes that are no JSON any more were altered in the database; a list shows them as they are, verification says so. */
function payloadJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return { altered: bytes.toString('base64') };
  }
}

/** The index of an entry in an address. @throws AssayError `audit.no-such-entry`, what a wrong address is */
export function indexOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AssayError<AuditErrorCode>('not-found', 'audit.no-such-entry', `There is no entry ${text}.`);
}

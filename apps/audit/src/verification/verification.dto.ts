import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import type { AuditVerification } from './verify-audit-log.service.js';

export class VerifyLogDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only the entries of this receipt, in place of the whole log' })
  @IsOptional()
  @IsUUID()
  receipt?: string;
}

export class LogVerificationDto {
  @ApiProperty() readonly intact!: boolean;
  @ApiProperty({ description: 'The outcome in words; names the first altered entry' }) readonly message!: string;
  @ApiProperty({ type: 'integer' }) readonly size!: number;
  @ApiProperty({ type: 'integer', description: 'Entries whose payload was erased on purpose' })
  readonly erased!: number;
  @ApiProperty({ type: 'integer', description: 'Entries newer than the last signed head' }) readonly uncovered!: number;
  @ApiProperty({ type: 'integer', nullable: true }) readonly index!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly lastIndex!: number | null;
  @ApiProperty({ nullable: true, enum: ['payload', 'leaf', 'order', 'missing', 'root', 'erasure', 'checkpoint'] })
  readonly differs!: AuditVerification['differs'];
}

import { ApiProperty } from '@nestjs/swagger';
import type { VerifiedVerdict } from './verify-verdict.service.js';

class VerdictDifferenceDto {
  @ApiProperty({ enum: ['signature', 'document', 'findings', 'exception', 'policy', 'result'] }) readonly what!: string;
  @ApiProperty() readonly message!: string;
  @ApiProperty({ required: false, description: 'What the statement says' }) readonly was?: unknown;
  @ApiProperty({ required: false, description: 'What was found' }) readonly is?: unknown;
}

class VerdictTodayDto {
  @ApiProperty({ enum: ['pass', 'block', 'not-applicable'] }) readonly verdict!: string;
  @ApiProperty() readonly gate!: boolean;
  @ApiProperty({ type: [String] }) readonly reasons!: readonly string[];
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly counts!: object;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly newInThisChange!: object;
  @ApiProperty({ type: [VerdictDifferenceDto] }) readonly differences!: readonly VerdictDifferenceDto[];
}

export class VerifiedVerdictDto {
  @ApiProperty({ description: 'Signed by one of the tenant’s keys' }) readonly verified!: boolean;
  @ApiProperty() readonly message!: string;
  @ApiProperty({ nullable: true, type: String }) readonly keyId!: string | null;
  @ApiProperty({ format: 'uuid' }) readonly runId!: string;
  @ApiProperty({ format: 'date-time' }) readonly decidedAt!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What the statement says' })
  readonly result!: object;
  @ApiProperty({ description: 'The same answer follows from what the statement names' }) readonly reproduced!: boolean;
  @ApiProperty({ type: [VerdictDifferenceDto] }) readonly differences!: readonly VerdictDifferenceDto[];
  @ApiProperty({ type: VerdictTodayDto, nullable: true }) readonly today!: VerdictTodayDto | null;
}

export function toVerifiedVerdictDto({ predicate, ...verified }: VerifiedVerdict): VerifiedVerdictDto {
  const { result, decidedAt } = predicate;
  return { ...verified, runId: result.runId, decidedAt, result };
}

import type { DeadLetter } from '@assay/persistence';
import { ApiProperty } from '@nestjs/swagger';

/** An event that a consumer gave up on. */
export class DeadLetterDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ description: 'The service whose consumer gave up' }) readonly service!: string;
  @ApiProperty() readonly consumer!: string;
  @ApiProperty({ format: 'uuid' }) readonly eventId!: string;
  @ApiProperty({ example: 'scanning.scan.completed.v1' }) readonly type!: string;
  @ApiProperty() readonly kind!: string;
  @ApiProperty() readonly code!: string;
  @ApiProperty() readonly message!: string;
  @ApiProperty() readonly attempts!: number;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The event itself' }) readonly event!: object;
  @ApiProperty({ format: 'date-time' }) readonly failedAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly replayedAt!: string | null;
}

export function toDeadLetterDto(service: string, letter: DeadLetter): DeadLetterDto {
  const { envelope, failedAt, replayedAt, ...rest } = letter;
  return {
    ...rest,
    service,
    event: JSON.parse(envelope) as object,
    failedAt: failedAt.toISOString(),
    replayedAt: replayedAt?.toISOString() ?? null,
  };
}

/** Whether a replay was digested. */
export class ReplayResultDto {
  @ApiProperty({ description: 'False if the consumer failed again; the letter stays' }) readonly replayed!: boolean;
}

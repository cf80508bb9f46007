import { ApiProperty } from '@nestjs/swagger';

export class SignalProblemDto {
  @ApiProperty({ type: 'integer', description: 'Which of the batch, from 0' }) readonly index!: number;
  @ApiProperty({ nullable: true, type: String }) readonly signalId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly hostId!: string | null;
  @ApiProperty({ example: 'signals.incomplete' }) readonly code!: string;
  @ApiProperty() readonly message!: string;
}

/** What became of a batch. */
export class SignalBatchDto {
  @ApiProperty({ type: 'integer' }) readonly accepted!: number;
  @ApiProperty({ type: 'integer', description: 'There before, with the same content' }) readonly duplicates!: number;
  @ApiProperty({ type: 'integer', description: 'Not taken in; they lie with the dead letters' })
  readonly setAside!: number;
  @ApiProperty({ type: 'integer', description: 'Accepted with fields that were shortened or replaced' })
  readonly mended!: number;
  @ApiProperty({ type: [SignalProblemDto], description: 'The first thousand of those set aside' })
  readonly problems!: readonly SignalProblemDto[];
}

import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { limits } from '../limits.js';

/** When cases are closed by themselves. */
export class CasePolicyDto {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: limits.staleAfterMostDays,
    default: limits.staleAfterDays,
    description: 'Days without a run after which a case is closed; 0 is never. Protected branches and images stay open',
  })
  @IsInt()
  @Min(0)
  @Max(limits.staleAfterMostDays)
  readonly staleAfterDays!: number;
}

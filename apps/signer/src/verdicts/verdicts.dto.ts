import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { ENVELOPE_MAX_BYTES } from '../limits.js';

export class CheckVerdictDto {
  @ApiProperty({ description: 'A DSSE envelope, as JSON' })
  @IsString()
  @MaxLength(ENVELOPE_MAX_BYTES)
  envelope!: string;
}

export class CheckedVerdictDto {
  @ApiProperty({ description: 'Whether one of the tenant’s keys has signed it' }) readonly verified!: boolean;
  @ApiProperty() readonly message!: string;
  @ApiProperty({ nullable: true, type: String }) readonly keyId!: string | null;
  @ApiPropertyOptional({ description: 'The statement, whoever signed it' }) readonly statement?: unknown;
}

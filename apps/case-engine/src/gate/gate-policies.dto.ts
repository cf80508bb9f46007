import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { limits } from '../limits.js';

export class GatePolicyQueryDto {
  @ApiPropertyOptional({ description: '`provider/org/repo` or `org/repo`; without it the whole tenant' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(limits.textChars)
  repo?: string;
}

export class GatePolicyDto {
  @ApiProperty({ nullable: true, type: String }) readonly repo!: string | null;
  @ApiProperty({ enum: ['repository', 'tenant', 'platform', 'native'], description: 'Whose policy holds' })
  readonly source!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly policy!: object;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { type ChangeHook, type Forge, forges } from './change-hook.js';

const base = '/api/v1/change-hooks';

export class CreateChangeHookDto {
  @ApiProperty({ enum: forges })
  @IsIn(forges)
  readonly provider!: Forge;

  @ApiPropertyOptional({
    maxLength: 50,
    description: 'What CI jobs call this forge in `provider`; the kind of forge where nothing is said',
  })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  readonly subjectProvider?: string;

  @ApiPropertyOptional({ maxLength: 200, example: 'Organisation acme' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly name?: string;

  @ApiPropertyOptional({
    minLength: 16,
    maxLength: 200,
    description:
      'Where the forge makes the secret itself, as GitLab does its signing tokens; else one is made and shown',
  })
  @IsOptional()
  @IsString()
  @Length(16, 200)
  readonly secret?: string;
}

export class ChangeHookDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: forges }) readonly provider!: Forge;
  @ApiProperty() readonly subjectProvider!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ description: 'The path that the forge calls' }) readonly path!: string;
  @ApiProperty() readonly createdBy!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

export class NewChangeHookDto extends ChangeHookDto {
  @ApiProperty({ description: 'Shown this once: the secret (GitHub, Gitea) or secret token (GitLab) of the webhook' })
  readonly secret!: string;
}

export class ChangeHookPageDto {
  @ApiProperty({ type: [ChangeHookDto] }) readonly items!: readonly ChangeHookDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export class ReceptionDto {
  @ApiProperty({ enum: ['accepted', 'repeated', 'ignored'] }) readonly status!: string;
}

export function toChangeHookDto(hook: ChangeHook): ChangeHookDto {
  const { id, forge, provider, name, createdBy, createdAt } = hook;
  return {
    id,
    provider: forge,
    subjectProvider: provider,
    name,
    path: `${base}/${id}/events`,
    createdBy,
    createdAt: createdAt.toISOString(),
  };
}

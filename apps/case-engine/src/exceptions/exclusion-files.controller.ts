import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { limits } from '../limits.js';
import { toCurrentForm } from './exclusions-file.js';
import { seesPrivate } from './exceptions.mapper.js';
import type { Exclusion } from './exclusions-file.js';
import { StoreExclusionFile } from './store-exclusion-file.service.js';

export class ExclusionFileQueryDto {
  @ApiPropertyOptional({ description: 'Empty: the repository of any provider' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.providerChars)
  provider?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.nameChars) org?: string;
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(limits.nameChars) repo!: string;
}

export class ExclusionDto {
  @ApiProperty() readonly vulnerability_id!: string;
  @ApiProperty() readonly scope!: string;
  @ApiProperty() readonly public_comment!: string;
  @ApiProperty({ description: 'For admins, analysts, and CI, which stores such files; empty for others' })
  readonly private_comment!: string;
}

export class ExclusionFileDto {
  @ApiProperty({ type: [ExclusionDto] }) readonly exclusions!: readonly ExclusionDto[];
}

@ApiTags('exceptions')
@Controller('api/v1/exceptions/file')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class ExclusionFilesController {
  constructor(private readonly storeFile: StoreExclusionFile) {}

  @Get()
  @ApiOperation({ summary: "A repository's exclusion file, in PatchHound's current form" })
  @ApiOkResponse({ type: ExclusionFileDto })
  async read(@Query() query: ExclusionFileQueryDto, @Caller() caller: Principal): Promise<ExclusionFileDto> {
    return toFile(await this.storeFile.read(fileOf(query), caller), caller);
  }

  @Put()
  @Allow('admin', 'analyst', 'ci')
  @ApiOperation({ summary: 'Replaces it as a whole; any of its forms is read' })
  @ApiBody({ type: ExclusionFileDto })
  @ApiOkResponse({ type: ExclusionFileDto })
  async store(
    @Query() query: ExclusionFileQueryDto,
    @Body() body: object,
    @Caller() caller: Principal,
  ): Promise<ExclusionFileDto> {
    return toFile(await this.storeFile.store(fileOf(query), body, caller), caller);
  }
}

function fileOf({ provider = '', org = '', repo }: ExclusionFileQueryDto) {
  return { provider, org, repo };
}

/** Whoever may store the file gets it whole: a client that edits it sends back what it got. */
function toFile(exclusions: readonly Exclusion[], caller: Principal): ExclusionFileDto {
  const whole = seesPrivate(caller) || caller.role === 'ci';
  return { exclusions: exclusions.map((each) => toCurrentForm(whole ? each : { ...each, privateComment: null })) };
}

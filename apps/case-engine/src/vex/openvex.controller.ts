import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { repositoryOf } from '../exceptions/exceptions.mapper.js';
import { limits } from '../limits.js';
import type { OpenVexDocument } from './openvex-document.js';
import { WriteOpenVex } from './write-openvex.service.js';

export class OpenVexQueryDto {
  @ApiPropertyOptional({ example: 'acme/billing-api' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  repo?: string;
  @ApiPropertyOptional({ example: 'acme/billing' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  image?: string;
}

@ApiTags('exceptions')
@Controller('api/v1/exceptions.openvex')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class OpenVexController {
  constructor(private readonly writeOpenVex: WriteOpenVex) {}

  @Get()
  @ApiOperation({ summary: 'What is excepted, as an OpenVEX 0.2.0 document; public comments only' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async read(@Query() { repo, image }: OpenVexQueryDto, @Caller() caller: Principal): Promise<OpenVexDocument> {
    const repository = repo === undefined ? null : repositoryOf(repo);
    return this.writeOpenVex.execute({ repository, image: image ?? null }, caller);
  }
}

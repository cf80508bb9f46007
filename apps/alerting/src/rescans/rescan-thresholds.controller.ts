import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { RescanThresholdsDto, RescanThresholdsQueryDto, SetRescanThresholdsDto } from './rescan-thresholds.dto.js';
import { RescanThresholdSettings } from './rescan-thresholds.service.js';

@ApiTags('alerting')
@Controller('api/v1/alerting/rescan-thresholds')
export class RescanThresholdsController {
  constructor(private readonly settings: RescanThresholdSettings) {}

  @Get()
  @ApiOperation({ summary: 'What counts for a repository, or for all that have no setting of their own' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: RescanThresholdsDto })
  async read(@Caller() caller: Principal, @Query() { repo }: RescanThresholdsQueryDto): Promise<RescanThresholdsDto> {
    return { repo: repo ?? null, ...(await this.settings.read(caller, repo ?? '')) };
  }

  @Put()
  @ApiOperation({ summary: 'Sets from which severity on news of rescans are told' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: RescanThresholdsDto })
  async save(
    @Caller() caller: Principal,
    @Query() query: RescanThresholdsQueryDto,
    @Body() { vulnerabilities, kev }: SetRescanThresholdsDto,
  ): Promise<RescanThresholdsDto> {
    await this.settings.save(caller, { repository: query.repo ?? '', vulnerabilities, kev });
    return this.read(caller, query);
  }

  @Delete()
  @ApiOperation({ summary: 'Takes a setting back: what is above it counts again' })
  @HttpCode(204)
  @Allow('admin', 'analyst')
  @ApiNoContentResponse()
  async remove(@Caller() caller: Principal, @Query() { repo }: RescanThresholdsQueryDto): Promise<void> {
    await this.settings.remove(caller, repo ?? '');
  }
}

import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HostCaseDto, toHostCaseDto } from './host-cases.dto.js';
import { ReadHostCase } from './read-host-case.service.js';

@ApiTags('cases')
@Controller('api/v1/host-cases')
@Allow('admin', 'analyst', 'viewer')
export class HostCasesController {
  constructor(private readonly readHostCase: ReadHostCase) {}

  @Get(':host')
  @ApiOperation({
    summary: 'A host by any of its ids: its signals, failing rules and vulnerable software side by side',
  })
  @ApiOkResponse({ type: HostCaseDto })
  async read(@Caller() caller: Principal, @Param('host') host: string): Promise<HostCaseDto> {
    return toHostCaseDto(await this.readHostCase.execute(caller, host));
  }
}

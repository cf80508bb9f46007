import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Delete, HttpCode, Param, ParseUUIDPipe, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { repeatableOf } from '../../ingest/repeatable.js';
import { limits } from '../../limits.js';
import { type EnrolledHost, EnrolHost } from './enrol-host.service.js';
import { EnrolHostDto, HostCredentialDto, RotateCredentialDto, toHostCredentialDto } from './hosts.dto.js';
import { type InstallTexts, patchMonInstall, santamonInstall, serverOf } from './install-texts.js';
import { RemoveHost } from './remove-host.service.js';
import { RotateHostCredential } from './rotate-host-credential.service.js';

@ApiTags('hosts')
@Controller('api/v1/hosts')
@Allow('admin')
export class HostsController {
  constructor(
    private readonly enrolHost: EnrolHost,
    private readonly rotateCredential: RotateHostCredential,
    private readonly removeHost: RemoveHost,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Enrol a host; the answer is the only time its key is shown' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: HostCredentialDto })
  async enrol(
    @Body() body: EnrolHostDto,
    @Req() request: FastifyRequest,
    @Caller() caller: Principal,
  ): Promise<HostCredentialDto> {
    const wanted = body.toCommand();
    const enrolled = await this.enrolHost.execute(wanted, repeatableOf(request), caller);
    return toHostCredentialDto(enrolled, textsFor(enrolled, wanted.agentId, request));
  }

  @Post(':hostId/credentials')
  @ApiOperation({ summary: 'A new key for a host; what it had ends after an overlap' })
  @ApiCreatedResponse({ type: HostCredentialDto })
  async rotate(
    @Param('hostId', ParseUUIDPipe) hostId: string,
    @Body() { overlapSeconds = limits.credentialOverlapSeconds }: RotateCredentialDto,
    @Req() request: FastifyRequest,
    @Caller() caller: Principal,
  ): Promise<HostCredentialDto> {
    const { host, ...issued } = await this.rotateCredential.execute(hostId, overlapSeconds, caller);
    const agentId = host.externalIds.find(({ dialect }) => dialect === 'santamon')?.id ?? host.hostname;
    return toHostCredentialDto(issued, textsFor(issued, agentId, request));
  }

  @Delete(':hostId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a host: its keys end and its connections close, its history stays' })
  @ApiNoContentResponse()
  async remove(@Param('hostId', ParseUUIDPipe) hostId: string, @Caller() caller: Principal): Promise<void> {
    await this.removeHost.execute(hostId, caller);
  }
}

function textsFor(enrolled: EnrolledHost, agentId: string, { protocol, host }: FastifyRequest): InstallTexts {
  const server = serverOf(protocol, host);
  return enrolled.apiId === null ? santamonInstall(enrolled, agentId, server) : patchMonInstall(enrolled, server);
}

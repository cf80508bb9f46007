import { Readable } from 'node:stream';
import { Public } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { formFields, PatchHoundForm } from '../forms/patchhound-form.decorator.js';
import { addressesOf } from '../patchhound.routes.js';
import { type MatchResult, ReadMatchResult } from './match-result.service.js';
import { PathTokens } from './path-token.js';
import { type JudgedScan, ScanSbom } from './scan-sbom.service.js';

@ApiTags('dialects')
@Controller()
@Public()
export class PatchHoundScanController {
  constructor(
    private readonly scanSbom: ScanSbom,
    private readonly readMatchResult: ReadMatchResult,
    private readonly pathTokens: PathTokens,
  ) {}

  @Post(addressesOf('scan-sbom'))
  @PatchHoundForm(
    {
      token: formFields.token,
      current_repo: formFields.repository,
      commit_sha: { example: '9f2c5f1' },
      commit_author: { example: 'Ada <ada@acme.example>' },
      sbom: { file: 'CycloneDX as JSON' },
      sast_report: { file: "semgrep's JSON" },
      trivy_report: { file: "trivy's JSON" },
    },
    {
      exclusions: { file: 'exclusions.json; it counts for this scan' },
      tool_versions: { example: '{"syft_version":"1.18.1","trivy_version":"","semgrep_version":""}' },
      scan_root: { example: '{"scan_root":"/builds/acme/shop"}' },
      sast_ruleset: { example: '["--config=p/ci"]' },
      alert_system_webhook: { example: 'https://hooks.example.com/patchhound' },
      fail_on_severity: { example: 'HIGH' },
    },
  )
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: SBOM and reports of one CI run; answers with what the SBOM is vulnerable to' })
  @ApiConsumes('multipart/form-data')
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async scan(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const scan = await this.scanSbom.execute(request);
    const result = await this.readMatchResult.execute(scan.receipt, scan.judgement?.scans ?? []);
    const token = await this.pathTokenOf(scan);
    return new StreamableFile(Readable.from(this.body(result, token)), { type: 'application/json; charset=utf-8' });
  }

  private async pathTokenOf({ organization, repository, receipt }: JudgedScan): Promise<string> {
    return this.pathTokens.sign({
      organization,
      current_repo: repository.key,
      timestamp: receipt.context?.name ?? '',
    });
  }

  private async *body(result: MatchResult, token: string): AsyncGenerator<string> {
    yield '{"vulns_cyclonedx_json":';
    yield* this.readMatchResult.cycloneDx(result);
    yield `,"prio_vulns":${JSON.stringify(result.prioVulns)},"path_to_resources_token":${JSON.stringify(token)}}`;
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import type { SignerErrorCode } from '../signer.errors.js';
import {
  BlobSignatureDto,
  BlobVerificationDto,
  toClaim,
  toSignatureDto,
  toVerificationDto,
  VerifyBlobDto,
} from './blobs.dto.js';
import { SignBlob } from './sign-blob.service.js';
import { UploadReader } from './upload.reader.js';
import { VerifyBlob } from './verify-blob.service.js';

/** What `@RawBody` routes see of a request. */
interface RawRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | undefined;
  readonly query: object;
}

@ApiTags('signing')
@Controller('api/v1')
export class BlobsController {
  constructor(
    private readonly uploads: UploadReader,
    private readonly signBlob: SignBlob,
    private readonly verifyBlob: VerifyBlob,
  ) {}

  @Post('sign/blob')
  @ApiOperation({ summary: 'Signs a blob, sent as the body or as the `file` of a form' })
  @HttpCode(200)
  @RawBody()
  @Allow('admin', 'ci', 'service')
  @ApiConsumes('application/octet-stream', 'multipart/form-data')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: BlobSignatureDto })
  async sign(@Caller() caller: Principal, @Req() request: RawRequest): Promise<BlobSignatureDto> {
    // A JSON document is a blob like any other here: only its bytes are signed.
    const headers = isForm(request.headers) ? request.headers : { 'content-type': 'application/octet-stream' };
    await using upload = await this.uploads.read(headers, request.body, {});
    if (upload.blob !== null) return toSignatureDto(await this.signBlob.execute(caller, upload.blob));
    throw new AssayError<SignerErrorCode>('invalid', 'signer.upload-malformed', 'There is nothing to sign.');
  }

  @Post('verify/blob')
  @ApiOperation({
    summary: 'Whether a document is what was attested or signed, and what differs if not',
    description: 'A failure is an answer, not an error.',
  })
  @HttpCode(200)
  @RawBody()
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiConsumes('application/json', 'multipart/form-data', 'application/octet-stream')
  @ApiBody({ type: VerifyBlobDto })
  @ApiOkResponse({ type: BlobVerificationDto })
  async verify(@Caller() caller: Principal, @Req() request: RawRequest): Promise<BlobVerificationDto> {
    await using upload = await this.uploads.read(request.headers, request.body, request.query);
    return toVerificationDto(await this.verifyBlob.execute(caller, toClaim(upload)));
  }
}

function isForm(headers: IncomingHttpHeaders): boolean {
  return /^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '');
}

import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor, pageOf } from '@assay/service-host';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import {
  AttestationFormatDto,
  AttestationPageDto,
  AttestationsQueryDto,
  DocumentVerificationsDto,
  toAttestationDto,
  VerifyDocumentsDto,
} from './attestations.dto.js';
import { ENVELOPE_MEDIA_TYPE } from './attestations.store.js';
import { BUNDLE_MEDIA_TYPE } from './envelope-encoding.js';
import { ReadAttestation } from './read-attestation.service.js';
import { VerifyDocuments } from './verify-documents.service.js';

const cursorSchema = z.object({ id: z.uuid(), role: z.string() });

@ApiTags('signing')
@Controller('api/v1/attestations')
@Allow('admin', 'analyst', 'ci', 'viewer', 'service')
export class AttestationsController {
  constructor(
    private readonly readAttestation: ReadAttestation,
    private readonly verifyDocuments: VerifyDocuments,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Attestations, newest first' })
  @ApiOkResponse({ type: AttestationPageDto })
  async list(@Caller() caller: Principal, @Query() query: AttestationsQueryDto): Promise<AttestationPageDto> {
    const { digest = null, receiptId = null, cursor, limit, count } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, cursorSchema);
    const filter = { digest, receiptId };
    const rows = await this.readAttestation.list(caller, filter, before, limit + 1);
    const { items, nextCursor } = pageOf(rows, limit, ({ id, role = '' }) => ({ id, role }));
    const total = count ? { total: await this.readAttestation.count(caller, filter) } : {};
    return { items: items.map(toAttestationDto), nextCursor, ...total };
  }

  @Post('verify')
  @ApiOperation({
    summary: 'Whether stored documents are what was accepted and attested, by reading all of them',
    description: 'That they are not is an answer, not an error.',
  })
  @HttpCode(200)
  @Allow('admin', 'analyst', 'service')
  @ApiOkResponse({ type: DocumentVerificationsDto })
  async verify(@Caller() caller: Principal, @Body() body: VerifyDocumentsDto): Promise<DocumentVerificationsDto> {
    return { documents: await this.verifyDocuments.execute(caller, body.toClaims()) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'The attestation itself, as `cosign verify-blob-attestation` takes it' })
  @ApiProduces(ENVELOPE_MEDIA_TYPE, BUNDLE_MEDIA_TYPE)
  @ApiOkResponse({ description: 'A DSSE envelope, or a Sigstore bundle', schema: { type: 'string', format: 'binary' } })
  async get(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { format }: AttestationFormatDto,
  ): Promise<StreamableFile> {
    const attestation = await this.readAttestation.find(caller, id);
    return format === 'bundle'
      ? new StreamableFile(await this.readAttestation.bundle(caller, attestation), { type: BUNDLE_MEDIA_TYPE })
      : new StreamableFile(await this.readAttestation.envelope(caller, attestation), { type: ENVELOPE_MEDIA_TYPE });
  }

  @Get(':id/envelope')
  @ApiOperation({ summary: 'The envelope, byte for byte what `signature` signs' })
  @ApiProduces(ENVELOPE_MEDIA_TYPE)
  @ApiOkResponse({ description: 'A DSSE envelope', schema: { type: 'string', format: 'binary' } })
  async envelope(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    return this.get(caller, id, { format: 'dsse' });
  }

  @Get(':id/signature')
  @ApiOperation({
    summary: "The signature over the envelope's bytes in base64, as `cosign verify-blob --signature` takes it",
  })
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'Base64 of the ASN.1 DER signature', schema: { type: 'string' } })
  async signature(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<string> {
    return (await this.readAttestation.signature(caller, id)).toString('base64');
  }
}

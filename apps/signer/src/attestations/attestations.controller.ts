import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Param, ParseUUIDPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  AttestationFormatDto,
  AttestationPageDto,
  AttestationsQueryDto,
  toAttestationDto,
} from './attestations.dto.js';
import { AttestationsStore, ENVELOPE_MEDIA_TYPE } from './attestations.store.js';
import { BUNDLE_MEDIA_TYPE } from './envelope-encoding.js';
import { ReadAttestation } from './read-attestation.service.js';

const cursorSchema = z.uuid();

@ApiTags('signing')
@Controller('api/v1/attestations')
@Allow('admin', 'analyst', 'ci', 'viewer', 'service')
export class AttestationsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly attestations: AttestationsStore,
    private readonly readAttestation: ReadAttestation,
  ) {}

  /** Attestations, newest first. */
  @Get()
  @ApiOkResponse({ type: AttestationPageDto })
  async list(@Caller() caller: Principal, @Query() query: AttestationsQueryDto): Promise<AttestationPageDto> {
    const { digest = null, cursor, limit, count } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, cursorSchema);
    return this.transactions.run(caller.tenant, async (tx) => {
      const rows = await this.attestations.list(tx, digest, before, limit + 1);
      const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      const total = count ? { total: await this.attestations.count(tx, digest) } : {};
      return { items: items.map(toAttestationDto), nextCursor, ...total };
    });
  }

  /** The attestation itself, as `cosign verify-blob-attestation` takes it. */
  @Get(':id')
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
}

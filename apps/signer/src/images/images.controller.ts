import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor, PageQueryDto, pageOf } from '@assay/service-host';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ImageVerificationDto,
  ImageVerificationPageDto,
  SignedImageDto,
  SignedImagePageDto,
  SignedImagesQueryDto,
  SignImageDto,
  toImageVerificationDto,
  toImageVerificationRecordDto,
  toSignedImageDto,
  VerifyImageDto,
} from './images.dto.js';
import { ReadImages } from './read-images.service.js';
import { SignImage } from './sign-image.service.js';
import { VerifyImage } from './verify-image.service.js';

const cursorSchema = z.uuid();

@ApiTags('signing')
@Controller('api/v1')
export class ImagesController {
  constructor(
    private readonly signImage: SignImage,
    private readonly verifyImage: VerifyImage,
    private readonly readImages: ReadImages,
  ) {}

  @Post('sign/image')
  @ApiOperation({ summary: "Signs the name of an image's content with the tenant's key" })
  @HttpCode(201)
  @Allow('admin', 'ci', 'service')
  @ApiCreatedResponse({ type: SignedImageDto })
  async sign(@Caller() caller: Principal, @Body() body: SignImageDto): Promise<SignedImageDto> {
    return toSignedImageDto(await this.signImage.execute(caller, body.toCommand()));
  }

  @Post('verify/image')
  @ApiOperation({
    summary: 'Whether the image is one that this tenant signed',
    description: 'That it is not is an answer, not an error.',
  })
  @HttpCode(200)
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: ImageVerificationDto })
  async verify(@Caller() caller: Principal, @Body() body: VerifyImageDto): Promise<ImageVerificationDto> {
    return toImageVerificationDto(await this.verifyImage.execute(caller, body.digest, body.recordId ?? null));
  }

  @Get('sign/images')
  @ApiOperation({ summary: 'Signed images, newest first' })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: SignedImagePageDto })
  async list(@Caller() caller: Principal, @Query() query: SignedImagesQueryDto): Promise<SignedImagePageDto> {
    const { digest = null, repository = null, cursor, limit } = query;
    const before = cursor === undefined ? null : decodeCursor(cursor, cursorSchema);
    const rows = await this.readImages.list(caller, { digest, repository }, before, limit + 1);
    const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
    return { items: items.map(toSignedImageDto), nextCursor };
  }

  @Get('sign/images/:id')
  @ApiOperation({ summary: 'One image that was signed' })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: SignedImageDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<SignedImageDto> {
    return toSignedImageDto(await this.readImages.find(caller, id));
  }

  @Get('sign/images/:id/verifications')
  @ApiOperation({ summary: 'Who held which image against this signature, newest first' })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: ImageVerificationPageDto })
  async verifications(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { cursor, limit }: PageQueryDto,
  ): Promise<ImageVerificationPageDto> {
    const before = cursor === undefined ? null : decodeCursor(cursor, cursorSchema);
    const rows = await this.readImages.verifications(caller, id, before, limit + 1);
    const { items, nextCursor } = pageOf(rows, limit, (row) => row.id);
    return { items: items.map(toImageVerificationRecordDto), nextCursor };
  }
}

import { Public } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadFields } from '../forms/read-fields.service.js';
import { requiredFields } from '../forms/required-fields.js';
import { formFields, PatchHoundForm } from '../forms/patchhound-form.decorator.js';
import { addressesOf } from '../patchhound.routes.js';
import { AdmitToken } from '../tokens/admit-token.service.js';
import { PatchHoundImages, type ImageReply } from './patchhound-images.service.js';

const imageDigest = { image_digest: 'image digest' } as const;

/** Images and base images of PatchHound (`wire/patchhound.md` §2.6), signed and verified by the signer. */
@ApiTags('dialects')
@ApiConsumes('multipart/form-data', 'application/x-www-form-urlencoded')
@Controller()
@Public()
export class PatchHoundImagesController {
  constructor(
    private readonly readFields: ReadFields,
    private readonly admitToken: AdmitToken,
    private readonly images: PatchHoundImages,
  ) {}

  @Post(addressesOf('sign-image'))
  @PatchHoundForm({
    token: formFields.token,
    image_digest: formFields.imageDigest,
    current_repo: formFields.repository,
  })
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: signs the digest of an image' })
  async sign(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const fields = await this.readFields.execute(request);
    const caller = await this.admitToken.execute(request, fields['token']);
    const wanted = requiredFields(fields, { ...imageDigest, current_repo: 'current repo' });
    return answer(reply, await this.images.sign(caller, wanted.image_digest, wanted.current_repo));
  }

  @Post(addressesOf('verify-image'))
  @PatchHoundForm({
    token: formFields.token,
    image_digest: formFields.imageDigest,
    path_to_resources_token: { example: 'eyJhbGciOiJIUzI1NiIs…' },
  })
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: whether an image is the one that was signed' })
  async verify(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const fields = await this.readFields.execute(request);
    const caller = await this.admitToken.execute(request, fields['token']);
    const wanted = requiredFields(fields, { ...imageDigest, path_to_resources_token: 'path to resources token' });
    return answer(reply, await this.images.verify(caller, wanted.image_digest, wanted.path_to_resources_token));
  }

  @Post(addressesOf('sign-base-image'))
  @PatchHoundForm({ token: formFields.token, image_digest: formFields.imageDigest, image_name: formFields.imageName })
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: trusts a base image under its name, for this organization alone' })
  async signBase(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const fields = await this.readFields.execute(request);
    const caller = await this.admitToken.execute(request, fields['token']);
    const wanted = requiredFields(fields, { ...imageDigest, image_name: 'image name' });
    return answer(reply, await this.images.trust(caller, wanted.image_digest, wanted.image_name));
  }

  @Post(addressesOf('verify-base-image'))
  @PatchHoundForm({ token: formFields.token, image_digest: formFields.imageDigest, image_name: formFields.imageName })
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: whether a base image is the one that is trusted under its name' })
  async verifyBase(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const fields = await this.readFields.execute(request);
    const caller = await this.admitToken.execute(request, fields['token']);
    const wanted = requiredFields(fields, { ...imageDigest, image_name: 'image name' });
    return answer(reply, await this.images.verifyTrusted(caller, wanted.image_digest, wanted.image_name));
  }
}

function answer(reply: FastifyReply, { status, body }: ImageReply): object {
  void reply.status(status);
  return body;
}

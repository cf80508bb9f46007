import { AssayError } from '@assay/kernel';
import { InternalHttp, LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { missing } from '../patchhound.errors.js';
import { PathTokens } from '../scans/path-token.js';
import { readRepository } from '../scans/repository-key.js';
import { runNameOf } from '../scans/run-name.js';
import type { PatchHoundCaller } from '../tokens/admit-token.service.js';

/** An answer with its status, as the protocol has both. */
export interface ImageReply {
  readonly status: number;
  readonly body: object;
}

const trusted: ImageReply = { status: 200, body: { verify_image_status: 'image verified and is trusted' } };
const mismatch: ImageReply = {
  status: 422,
  body: { verify_image_status: 'image verification mismatch and is not trusted' },
};

/** What PatchHound does with images, by the signer's own means and with the tenant's key. */
@Injectable()
export class PatchHoundImages {
  constructor(
    private readonly http: InternalHttp,
    private readonly pathTokens: PathTokens,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async sign({ principal, organization }: PatchHoundCaller, digest: string, currentRepo: string): Promise<ImageReply> {
    const { key } = readRepository(currentRepo);
    return this.signing(async () => {
      const json = { digest, repository: currentRepo };
      const record = await this.http.json<{ id: string; createdAt: string }>('signer', {
        method: 'POST',
        path: '/api/v1/sign/image',
        principal,
        json,
      });
      const timestamp = runNameOf(new Date(record.createdAt));
      return this.pathTokens.sign({ organization, current_repo: key, timestamp, image: record.id });
    });
  }

  /** @throws AssayError `patchhound.not-found` for a token that leads to no image */
  async verify({ principal, organization }: PatchHoundCaller, digest: string, pathToken: string): Promise<ImageReply> {
    const { image } = await this.pathTokens.read(pathToken, organization);
    if (image === undefined) throw missing('invalid jwt token');
    const json = { digest, recordId: image };
    const { verified } = await this.http.json<{ verified: boolean }>('signer', {
      method: 'POST',
      path: '/api/v1/verify/image',
      principal,
      json,
    });
    return verified ? trusted : mismatch;
  }

  /** The vault is the tenant's own: another organization's trusted image of the same name stays what it is. */
  async trust({ principal }: PatchHoundCaller, digest: string, name: string): Promise<ImageReply> {
    return this.signing(async () => {
      await this.http.json('signer', {
        method: 'PUT',
        path: '/api/v1/vault/images',
        principal,
        json: { name, digest },
      });
      return null;
    });
  }

  async verifyTrusted({ principal }: PatchHoundCaller, digest: string, name: string): Promise<ImageReply> {
    const { trusted: isTrusted } = await this.http.json<{ trusted: boolean }>('signer', {
      method: 'POST',
      path: '/api/v1/vault/images/verify',
      principal,
      json: { name, digest },
    });
    return isTrusted ? trusted : mismatch;
  }

  /** A client prints `message` of whatever is not 200. What was wrong with the request is told, what is wrong here is not. */
  private async signing(sign: () => Promise<string | null>): Promise<ImageReply> {
    try {
      const token = await sign();
      return { status: 200, body: { message: 'image signed', ...withToken(token), status: 200 } };
    } catch (error) {
      if (error instanceof AssayError && error.kind === 'invalid') {
        const words = `image signing failed: ${error.message}`;
        return { status: 400, body: { error: words, message: words, status: 400 } };
      }
      this.log.warn({ err: error }, 'an image could not be signed');
      return { status: 500, body: { message: 'image signing failed', path_to_resources_token: '', status: 500 } };
    }
  }
}

function withToken(token: string | null): object {
  return token === null ? {} : { path_to_resources_token: token };
}

import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { fileStemOf } from '../scans/repository-key.js';
import type { PatchHoundCaller } from '../tokens/admit-token.service.js';
import { microseconds } from './audit-trail.js';
import { NativeRuns } from './native-runs.client.js';
import { type ResourceFile, textFile } from './resource-file.js';
import { fileText } from './scan-directory.js';

interface SignedImage {
  readonly digest: string;
  readonly signature: string;
  readonly keyId: string;
  readonly createdAt: string;
}

interface Verification {
  readonly digest: string;
  readonly outcome: string;
  readonly verifiedAt: string;
}

/** The record of a signed image as files (`wire/patchhound.md` §4): what was signed, the signature, the key that verifies it. */
@Injectable()
export class ImageFiles {
  constructor(
    private readonly http: InternalHttp,
    private readonly native: NativeRuns,
  ) {}

  /** @throws AssayError of the signer for a record that it does not have */
  async list({ principal }: PatchHoundCaller, key: string, recordId: string): Promise<ResourceFile[]> {
    const path = `/api/v1/sign/images/${recordId}`;
    const stem = fileStemOf(key);
    const image = await this.http.json<SignedImage>('signer', { method: 'GET', path, principal });
    const trail = async (): Promise<string> => {
      const query = { method: 'GET', path: `${path}/verifications?limit=500`, principal } as const;
      const { items } = await this.http.json<{ items: Verification[] }>('signer', query);
      return fileText(trailOf(image, items));
    };
    return [
      textFile(`${stem}_image_digest.txt`, () => image.digest),
      textFile(`${stem}_image.sig`, () => image.signature),
      { name: `${stem}.pub`, open: () => this.native.publicKey(principal, image.keyId) },
      textFile(`${stem}_audit_trail.json`, trail),
    ];
  }
}

/** Verifications come newest first; a trail is in the order of what happened. */
function trailOf(image: SignedImage, verifications: readonly Verification[]): object[] {
  const signed = {
    timestamp: microseconds(image.createdAt),
    action: 'IMAGE_SIGNING',
    details: { status: 'success', image_digest: image.digest },
  };
  const verified = verifications.toReversed().map(({ digest, outcome, verifiedAt }) => ({
    timestamp: microseconds(verifiedAt),
    action: 'IMAGE_SIGNING_VERIFY',
    details: { status: outcome === 'verified' ? 'success' : 'fail', image_digest: digest },
  }));
  return [signed, ...verified];
}

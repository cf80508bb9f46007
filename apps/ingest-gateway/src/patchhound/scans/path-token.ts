import { deriveKey, keyPurposes } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { missing } from '../patchhound.errors.js';

const algorithm = 'HS256';
/** `typ` of the token (RFC 8725 §3.11): a JWT made for another use never opens anything here. */
const tokenType = 'assay-path+jwt';

const claimsSchema = z.object({
  organization: z.string(),
  current_repo: z.string(),
  timestamp: z.string(),
  /** A signed image instead of a scan: the id of its record. */
  image: z.uuid().optional(),
});

/** What a path token leads to: a run of a repository by its name, for one organization. */
export type PathClaims = z.infer<typeof claimsSchema>;

/** How long path tokens are good for, and what signs them. */
export interface PathTokenSettings {
  readonly masterKey: string;
  readonly days: number;
}

/**
 * PatchHound's token to the files of a scan (`wire/patchhound.md` §1.3), with an end: a JWT (RFC 7519) under HS256 with a key
 * derived from the master key. It is no credential: whoever shows it must also show a token key of the same organization.
 */
export class PathTokens {
  private readonly key: Uint8Array;

  constructor(private readonly settings: PathTokenSettings) {
    this.key = deriveKey(settings.masterKey, keyPurposes.pathToken);
  }

  async sign(claims: PathClaims, jti: Uuid = newId()): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: tokenType })
      .setIssuedAt()
      .setExpirationTime(`${this.settings.days} days`)
      .setJti(jti)
      .sign(this.key);
  }

  /** @throws AssayError `patchhound.not-found`, `invalid jwt token`, for one that is not ours, has ended or is of another organization */
  async read(token: string, organization: string): Promise<PathClaims> {
    const claims = await this.claimsOf(token);
    if (claims?.organization !== organization) throw missing('invalid jwt token');
    return claims;
  }

  private async claimsOf(token: string): Promise<PathClaims | null> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [algorithm],
        typ: tokenType,
        requiredClaims: ['iat', 'exp', 'jti'],
      });
      return claimsSchema.safeParse(payload).data ?? null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

import { AssayError, type Clock, systemClock } from '@assay/kernel';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type IdentityErrorCode } from './identity.errors.js';
import {
  internalIdentityClockToleranceSeconds,
  internalIdentityTtlSeconds,
  maxCachedIdentities,
  maxInternalIdentityBytes,
} from './limits.js';
import { type Principal, principalSchema } from './principal.js';
import { deriveKey, keyPurposes } from './secrets.js';

/** The request header that carries a signed identity between services. The gateway drops one that comes from outside. */
export const internalIdentityHeader = 'x-assay-identity';

const algorithm = 'HS256';
/** `typ` of the token (RFC 8725 §3.11): a JWT made for another use never passes as an identity. */
const tokenType = 'assay-identity+jwt';
const issuer = 'assay';
const audience = 'assay-internal';
/** The claim that holds the principal. */
const principalClaim = 'principal';

interface Signed {
  readonly token: string;
  readonly goodUntilMs: number;
}

/**
 * Says to another service of the installation who is asking: a JWT (RFC 7519) under HS256 with a key derived from
 * `ASSAY_INTERNAL_KEY`, good for 60 seconds.
 */
export class InternalIdentity {
  private readonly key: Uint8Array;
  private readonly signed = new Map<string, Signed>();

  constructor(
    internalKey: Uint8Array | string,
    private readonly clock: Clock = systemClock,
  ) {
    this.key = deriveKey(internalKey, keyPurposes.internalIdentity);
  }

  /**
   * A token for the header. The same principal gets the same token for half its life, because a signature per proxied
   * request is a cost that buys nothing.
   *
   * @throws AssayError `identity.principal-too-large` when the token would not fit into a request's headers
   */
  async sign(principal: Principal): Promise<string> {
    const claims = principalSchema.parse(principal);
    const cacheKey = JSON.stringify(claims);
    const nowMs = this.clock.now().getTime();
    const known = this.signed.get(cacheKey);
    if (known && known.goodUntilMs > nowMs) return known.token;

    const issuedAt = Math.floor(nowMs / 1_000);
    const token = await new SignJWT({ [principalClaim]: claims })
      .setProtectedHeader({ alg: algorithm, typ: tokenType })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + internalIdentityTtlSeconds)
      .sign(this.key);
    if (token.length > maxInternalIdentityBytes) {
      throw new AssayError<IdentityErrorCode>(
        'invalid',
        'identity.principal-too-large',
        'The scope of this credential is too long to be passed on; use patterns instead of single names.',
      );
    }
    this.remember(cacheKey, { token, goodUntilMs: nowMs + (internalIdentityTtlSeconds * 1_000) / 2 });
    return token;
  }

  /**
   * The principal of a token.
   *
   * @throws AssayError `forbidden`: `identity.token-expired`, `identity.token-foreign` (another key, algorithm, issuer,
   * audience or type) or `identity.token-malformed`
   */
  async verify(token: string): Promise<Principal> {
    const payload = await this.payloadOf(token);
    const principal = principalSchema.safeParse(payload[principalClaim]);
    if (!principal.success) throw refused('identity.token-malformed', 'The identity is malformed.', principal.error);
    return principal.data;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [algorithm],
        typ: tokenType,
        issuer,
        audience,
        requiredClaims: ['iat', 'exp'],
        maxTokenAge: internalIdentityTtlSeconds,
        clockTolerance: internalIdentityClockToleranceSeconds,
        currentDate: this.clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw refused('identity.token-expired', 'The identity has expired.', error);
      if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
        throw refused('identity.token-malformed', 'The identity is malformed.', error);
      throw refused('identity.token-foreign', 'The identity was not made by this installation.', error);
    }
  }

  private remember(cacheKey: string, signed: Signed): void {
    this.signed.delete(cacheKey);
    const oldest = this.signed.keys().next();
    if (this.signed.size >= maxCachedIdentities && !oldest.done) this.signed.delete(oldest.value);
    this.signed.set(cacheKey, signed);
  }
}

function refused(code: IdentityErrorCode, message: string, cause: unknown): AssayError {
  return new AssayError<IdentityErrorCode>('forbidden', code, message, { cause });
}

import { attachPrincipal, type Principal } from '@assay/identity';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';
import { limits } from '../../limits.js';
import { refusal } from '../patchhound.errors.js';
import { FailedAttempts } from '../../credentials/failed-attempts.js';

/**
 * Lets in whoever shows the key of an admin of the platform, as a form field. It is compared as a keyed hash in an index,
 * which tells nothing by its timing, and an address that guesses is not listened to for a while.
 */
@Injectable()
export class AdmitAdmin {
  private readonly failures = new FailedAttempts(
    limits.adminKeyFailures,
    limits.adminKeyFailureWindowMs,
    limits.adminKeyAddressesRemembered,
  );

  constructor(private readonly resolveCaller: ResolveCaller) {}

  /** @throws AssayError `patchhound.admin-key-missing`, `patchhound.admin-key-wrong`, `patchhound.too-many-attempts` (429) */
  async execute(request: FastifyRequest, apiKey: string | undefined): Promise<Principal> {
    if (apiKey === undefined || apiKey === '') throw refusal('patchhound.admin-key-missing', 'api_key missing');
    const retryAfterSeconds = this.failures.secondsToWait(request.ip, Date.now());
    if (retryAfterSeconds > 0) {
      throw refusal('patchhound.too-many-attempts', 'Too many attempts with a wrong api_key', { retryAfterSeconds });
    }
    const principal = await this.resolveCaller.bySecret(apiKey);
    if (principal?.platformAdmin !== true) {
      this.failures.add(request.ip, Date.now());
      throw refusal('patchhound.admin-key-wrong', 'Invalid API key');
    }
    attachPrincipal(request, principal);
    return principal;
  }
}

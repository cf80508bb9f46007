import { attachPrincipal, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { principalOfCredential } from '../../credentials/credential.js';
import { CredentialsStore } from '../../credentials/credentials.store.js';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';
import { Admission } from '../../ingest/admission.service.js';
import { limits } from '../../limits.js';
import { refusal } from '../patchhound.errors.js';
import { lastDayOf, whyRefused } from './token-key.js';
import { TokenKeysStore } from './token-keys.store.js';

/** Who speaks PatchHound to us: its token key's principal and the organization it is bound to. */
export interface PatchHoundCaller {
  readonly principal: Principal;
  readonly organization: string;
  /** `YYYY-MM-DD`. */
  readonly expirationDate: string;
}

/** Finds out who sends a token, wherever in the request it stood. */
@Injectable()
export class AdmitToken {
  constructor(
    private readonly transactions: Transactions,
    private readonly credentials: CredentialsStore,
    private readonly tokenKeys: TokenKeysStore,
    private readonly resolveCaller: ResolveCaller,
    private readonly admission: Admission,
  ) {}

  /** @throws AssayError `patchhound.token-refused`, in the protocol's words; `ingest.too-many-requests` (429) */
  async execute(request: FastifyRequest, token: unknown): Promise<PatchHoundCaller> {
    if (typeof token !== 'string' || token === '') throw refusal('patchhound.token-refused', 'Token missing');
    const isPossible = token.length <= limits.credentialMaxLength;
    const hash = isPossible ? this.resolveCaller.hashOf(token) : '';
    const { found, organization } = await this.transactions.runAcrossTenants(async (tx) => {
      const credential = isPossible ? await this.credentials.findByHash(tx, hash) : null;
      const name = credential === null ? '' : await this.tokenKeys.organizationOf(tx, credential.tenant);
      return { found: credential, organization: name };
    });
    const why = whyRefused(found, new Date());
    if (why !== null || found === null) throw refusal('patchhound.token-refused', why ?? '');
    const principal = principalOfCredential(found, found);
    attachPrincipal(request, principal);
    this.admission.checkRate(principal);
    return { principal, organization, expirationDate: found.expiresAt === null ? '' : lastDayOf(found.expiresAt) };
  }
}

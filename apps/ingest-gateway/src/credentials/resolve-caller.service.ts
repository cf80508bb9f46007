import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  deriveKey,
  hashSecret,
  InternalIdentity,
  internalIdentityHeader,
  keyPurposes,
  type Principal,
} from '@assay/identity';
import { isTenantSlug, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { streamSecret } from '../agents/streams/stream-secret.js';
import { forbidden, notFound, unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { TenantsStore } from '../tenants/tenants.store.js';
import { isGood, principalOfCredential } from './credential.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialsStore } from './credentials.store.js';
import { FailedAttempts } from './failed-attempts.js';
import { comesFromHost } from './patchmon-pair.js';
import { presentedSecret } from './presented-secret.js';

/** What our services ask each other; credentials of strangers open nothing there. */
const internalRoutes = '/internal/';

/** Finds out who sends a request, from its headers alone. */
@Injectable()
export class ResolveCaller {
  private readonly cache = new CredentialCache(
    limits.credentialCacheEntries,
    limits.credentialCacheTtlMs,
    limits.unknownCredentialTtlMs,
  );
  private forgotten = 0;
  private readonly lookups = new Map<string, Promise<Principal | null>>();
  private readonly guesses = new FailedAttempts(
    limits.wrongKeys,
    limits.wrongKeyWindowMs,
    limits.wrongKeyAddressesRemembered,
  );
  private readonly pepper: KeyObject;

  constructor(
    @Inject(HOST_ENV) env: HostEnv,
    private readonly transactions: Transactions,
    private readonly credentials: CredentialsStore,
    private readonly tenants: TenantsStore,
    private readonly internal: InternalIdentity,
  ) {
    // A prepared key: an HMAC with bytes costs five times as much, and each request needs one.
    this.pepper = createSecretKey(deriveKey(env.ASSAY_MASTER_KEY, keyPurposes.credentialPepper));
  }

  /**
   * The caller, or null for nobody we know.
   *
   * @throws AssayError `tenants.not-yours`, `tenants.unknown` for an `X-Tenant` that the caller may not act for;
   *   `credentials.too-many-guesses` for a key that nobody showed lately, from where many wrong ones came
   */
  async execute(request: Pick<FastifyRequest, 'headers' | 'ip' | 'query' | 'routeOptions'>): Promise<Principal | null> {
    const { headers, routeOptions, ip } = request;
    if (routeOptions.url?.startsWith(internalRoutes)) {
      const token = headers[internalIdentityHeader];
      return typeof token === 'string' ? this.internal.verify(token) : null;
    }
    const maxLength = limits.credentialMaxLength;
    const secret = presentedSecret(headers, maxLength) ?? streamSecret(request, maxLength);
    // A host's pair is 256 random bits: nobody guesses it, and a count would let one host shut out its neighbours.
    const countedFor = comesFromHost(headers) ? null : ip;
    const principal = secret === null ? null : await this.principalOf(secret, countedFor);
    const tenant = headers['x-tenant'];
    return principal === null || tenant === undefined ? principal : this.actingFor(principal, String(tenant));
  }

  /** The keyed hash under which a secret is stored. Comparing happens in an index over these, which tells nothing of it. */
  hashOf(secret: string): string {
    return hashSecret(secret, this.pepper);
  }

  forget(credentialId: Uuid): void {
    this.cache.drop(credentialId);
    this.askAnew();
  }

  /** Forgets all that it holds, after something that concerns many: a tenant closed or related anew. */
  forgetAll(): void {
    this.cache.clear();
    this.askAnew();
  }

  private askAnew(): void {
    this.lookups.clear();
    this.forgotten += 1;
  }

  /** Who a secret belongs to that came some other way than in our headers; null for nobody we know. */
  async bySecret(secret: string): Promise<Principal | null> {
    return secret === '' || secret.length > limits.credentialMaxLength ? null : this.principalOf(secret);
  }

  private async principalOf(secret: string, address: string | null = null): Promise<Principal | null> {
    const hash = this.hashOf(secret);
    const known = this.cache.get(hash, Date.now());
    if (known !== undefined) return known.principal;
    if (address !== null && !this.cache.wasGood(hash)) this.refuseGuesses(address);
    return this.lookedUp(hash, address);
  }

  /** One look for all requests that ask at the same moment, as those of a busy key do when it has to be looked up again. */
  private async lookedUp(hash: string, address: string | null): Promise<Principal | null> {
    const running = this.lookups.get(hash);
    if (running !== undefined) return running;
    const lookup = this.lookUp(hash);
    this.lookups.set(hash, lookup);
    try {
      const principal = await lookup;
      // A fleet with one wrong key is no guesser, however large it is.
      if (principal === null && address !== null) this.guesses.add(address, Date.now());
      return principal;
    } finally {
      if (this.lookups.get(hash) === lookup) this.lookups.delete(hash);
    }
  }

  private async lookUp(hash: string): Promise<Principal | null> {
    const { forgotten } = this;
    const found = await this.transactions.runAcrossTenants((tx) => this.credentials.findByHash(tx, hash));
    const credential = found !== null && isGood(found, new Date()) ? found : null;
    const principal = credential && principalOfCredential(credential, credential);
    // What was read before something was revoked is no longer known.
    if (forgotten === this.forgotten) {
      this.cache.set(hash, { principal, expiresAtMs: credential?.expiresAt?.getTime() ?? null }, Date.now());
    }
    return principal;
  }

  /** Keys that people choose can be guessed. Those in use pass, so that nobody is locked out by a neighbour. */
  private refuseGuesses(address: string): void {
    const seconds = this.guesses.secondsToWait(address, Date.now());
    if (seconds > 0) {
      throw unavailable('credentials.too-many-guesses', 'Too many wrong keys came from this address.', seconds);
    }
  }

  private async actingFor(principal: Principal, slug: string): Promise<Principal> {
    if (slug === principal.tenant) return principal;
    if (!principal.platformAdmin)
      throw forbidden('tenants.not-yours', 'Only an admin of the platform may act for a tenant.');
    const relations = isTenantSlug(slug) ? await this.relationsOf(slug) : null;
    if (relations === null) throw notFound('tenants.unknown', 'There is no such tenant.');
    return { ...principal, tenant: slug, ...relations };
  }

  /** Read as the tenant itself, which sees its publisher and its customers. */
  private async relationsOf(slug: string): Promise<Pick<Principal, 'publisher' | 'customers'> | null> {
    return this.transactions.run(slug, async (tx) => {
      const tenant = await this.tenants.find(tx, slug);
      return tenant && { publisher: tenant.publisher, customers: await this.tenants.customersOf(tx, slug) };
    });
  }
}

import type { ArtifactRef, EngineRun } from '@assay/contracts';
import { servicePrincipal } from '@assay/identity';
import { asAssayError, type Digest, type TenantSlug, type Uuid } from '@assay/kernel';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';

/** A stored document, and what an alert has to name should it not be what it was. */
export interface DocumentClaim {
  readonly digest: string;
  readonly receiptId: Uuid;
  readonly role: string;
}

/** What the signer says of one: `status` is `verified`, or what is wrong. */
export interface Verification extends DocumentClaim {
  readonly status: string;
  readonly message: string;
}

/** What the scanner finds in a document by today's advisories, or why nobody can say. */
export type Rematched =
  | { readonly scanId: Uuid; readonly problem: 'damaged' | 'missing' }
  | {
      readonly scanId: Uuid;
      readonly problem?: undefined;
      readonly findings: ArtifactRef;
      readonly findingsContent: Digest;
      readonly engines: EngineRun[];
    };

/** How old what findings are matched with is. */
export interface FeedAge {
  readonly name: string;
  readonly version: string;
  readonly refreshedAt: string | null;
}

/** The refresh of one feed. */
export interface RefreshOfFeed {
  readonly feed: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly error: string | null;
}

/**
 * Asks signer and scanner, for a tenant. That one of them is away is an AssayError `unavailable`, and never an answer about a
 * document.
 */
@Injectable()
export class RescanPeers {
  constructor(private readonly http: InternalHttp) {}

  /** In the order of the claims. The signer tells of each failure by itself. */
  async verify(tenant: TenantSlug, claims: readonly DocumentClaim[]): Promise<Verification[]> {
    const verified: Verification[] = [];
    for (const documents of portions(claims, limits.verifiedAtOnce)) {
      const answer = await this.post<{ documents: Verification[] }>(tenant, 'signer', '/api/v1/attestations/verify', {
        documents,
      });
      verified.push(...answer.documents);
    }
    return verified;
  }

  /** True if the signer has attested a document with this digest. */
  async isAttested(tenant: TenantSlug, digest: string): Promise<boolean> {
    const { items } = await this.http.json<{ readonly items: readonly unknown[] }>('signer', {
      method: 'GET',
      path: `/api/v1/attestations?digest=${digest}&limit=1`,
      principal: servicePrincipal('case-engine', tenant),
    });
    return items.length > 0;
  }

  async rematch(tenant: TenantSlug, scanIds: readonly Uuid[]): Promise<Map<Uuid, Rematched>> {
    const rematched = new Map<Uuid, Rematched>();
    for (const some of portions(scanIds, limits.rematchedAtOnce)) {
      const scans = some.map((scanId) => ({ scanId }));
      const answer = await this.post<{ scans: Rematched[] }>(tenant, 'scanner', '/api/v1/scans/rematch', { scans });
      for (const each of answer.scans) rematched.set(each.scanId, each);
    }
    return rematched;
  }

  /** Has the feeds refreshed that have a source, unless that was done since then, and says how far it is. */
  async refreshFeeds(tenant: TenantSlug, since: Date): Promise<RefreshOfFeed[]> {
    const path = '/api/v1/feeds/refreshes';
    return (await this.post<{ items: RefreshOfFeed[] }>(tenant, 'scanner', path, { since: since.toISOString() })).items;
  }

  /** A scanner that is away will be waited for; the age of its feeds is then not known. */
  async feedsIfKnown(tenant: TenantSlug): Promise<FeedAge[] | null> {
    try {
      return await this.feeds(tenant);
    } catch (error) {
      if (asAssayError(error).kind === 'unavailable') return null;
      throw error;
    }
  }

  private async feeds(tenant: TenantSlug): Promise<FeedAge[]> {
    const { items } = await this.http.json<{ readonly items: readonly FeedAge[] }>('scanner', {
      method: 'GET',
      path: '/api/v1/feeds',
      principal: { ...servicePrincipal('case-engine', tenant), role: 'viewer' },
    });
    return items.map(({ name, version, refreshedAt }) => ({ name, version, refreshedAt }));
  }

  private async post<Answer>(tenant: TenantSlug, service: string, path: string, json: object): Promise<Answer> {
    const principal = servicePrincipal('case-engine', tenant);
    return this.http.json<Answer>(service, { method: 'POST', path, principal, json, timeoutMs: limits.rescanAnswerMs });
  }
}

function portions<Value>(all: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

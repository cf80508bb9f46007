import type { Principal } from '@assay/identity';
import { asAssayError } from '@assay/kernel';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { limits } from '../../limits.js';
import type { NativeAttestation, NativeReport, NativeRescan, NativeRunRescan, NativeTrail } from './native-report.js';

/** What other services know of runs and documents, asked in the name of a token's organization. */
@Injectable()
export class NativeRuns {
  constructor(private readonly http: InternalHttp) {}

  /** With private comments: whoever has a token may read the exclusion file, and they stand in it. */
  async report(principal: Principal, runId: string): Promise<NativeReport> {
    const path = `/api/v1/runs/${runId}/report.json?privateComments=true`;
    return this.http.json('case-engine', { method: 'GET', path, principal: { ...principal, role: 'service' } });
  }

  async auditTrail(principal: Principal, runId: string): Promise<NativeTrail> {
    return this.http.json('case-engine', { method: 'GET', path: `/api/v1/runs/${runId}/audit-trail`, principal });
  }

  /** Newest first. A run that is not kept any more has none. */
  async rescans(principal: Principal, runId: string): Promise<readonly NativeRescan[]> {
    const path = `/api/v1/runs/${runId}/rescans?limit=${limits.patchHoundRescans}`;
    try {
      return (await this.http.json<{ items: NativeRescan[] }>('case-engine', { method: 'GET', path, principal })).items;
    } catch (error) {
      if (asAssayError(error).kind === 'not-found') return [];
      throw error;
    }
  }

  async rescan(principal: Principal, runId: string, rescanId: string): Promise<NativeRunRescan> {
    const path = `/api/v1/runs/${runId}/rescans/${rescanId}`;
    return this.http.json('case-engine', { method: 'GET', path, principal });
  }

  /** The PDF, dated by `reportedAt`: the same date gives the same bytes. */
  async pdf(principal: Principal, runId: string, reportedAt: Date): Promise<Readable> {
    const query = new URLSearchParams({ reportedAt: reportedAt.toISOString() });
    const path = `/api/v1/runs/${runId}/report.pdf?${query.toString()}`;
    return (await this.http.stream('case-engine', { method: 'GET', path, principal })).body;
  }

  async attestations(principal: Principal, receiptId: string): Promise<readonly NativeAttestation[]> {
    const path = `/api/v1/attestations?${new URLSearchParams({ receiptId, limit: '50' }).toString()}`;
    const { items } = await this.http.json<{ items: NativeAttestation[] }>('signer', {
      method: 'GET',
      path,
      principal,
    });
    return items;
  }

  async envelope(principal: Principal, attestationId: string): Promise<Readable> {
    const path = `/api/v1/attestations/${attestationId}/envelope`;
    return (await this.http.stream('signer', { method: 'GET', path, principal })).body;
  }

  /** Over the envelope's bytes, in base64. */
  async envelopeSignature(principal: Principal, attestationId: string): Promise<Readable> {
    const path = `/api/v1/attestations/${attestationId}/signature`;
    return (await this.http.stream('signer', { method: 'GET', path, principal })).body;
  }

  /** PEM; the public half, which is all that anybody is given. */
  async publicKey(principal: Principal, keyId: string): Promise<Readable> {
    const path = `/api/v1/keys/${encodeURIComponent(keyId)}/pem`;
    return (await this.http.stream('signer', { method: 'GET', path, principal })).body;
  }

  /** A detached signature over bytes, with the key that made it. */
  async sign(principal: Principal, body: Buffer): Promise<{ readonly signature: string; readonly keyId: string }> {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.http.json('signer', { method: 'POST', path: '/api/v1/sign/blob', principal, headers, body });
  }
}

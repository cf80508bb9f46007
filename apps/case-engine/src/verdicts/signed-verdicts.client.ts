import type { Readable } from 'node:stream';
import { type Principal, servicePrincipal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';

/** Whether one of the tenant's keys has signed an envelope, and the statement in it. */
export interface CheckedEnvelope {
  readonly verified: boolean;
  readonly message: string;
  readonly keyId: string | null;
  readonly statement?: unknown;
}

/** Asks the signer, which has the keys and the signed statements. Who may see what has been decided before. */
@Injectable()
export class SignedVerdictsClient {
  constructor(private readonly http: InternalHttp) {}

  /** The signed verdict on a run, a DSSE envelope. @throws AssayError as `InternalHttp.stream`; `not-found` until it is signed */
  async envelopeOf({ tenant }: Principal, runId: Uuid): Promise<Readable> {
    const principal = servicePrincipal('case-engine', tenant);
    const path = `/internal/verdicts/${runId}`;
    return (await this.http.stream('signer', { method: 'GET', path, principal })).body;
  }

  /** @throws AssayError as `InternalHttp.json`; `invalid` for what is no envelope */
  async check({ tenant }: Principal, envelope: string): Promise<CheckedEnvelope> {
    const principal = servicePrincipal('case-engine', tenant);
    const path = '/internal/verdicts/check';
    return this.http.json<CheckedEnvelope>('signer', { method: 'POST', path, principal, json: { envelope } });
  }
}

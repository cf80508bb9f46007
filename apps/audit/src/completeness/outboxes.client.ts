import { type Envelope, envelopeSchema } from '@assay/contracts';
import { servicePrincipal } from '@assay/identity';
import { platformTenant, type Uuid } from '@assay/kernel';
import { limits } from '@assay/persistence';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import type { SealedHour } from './sealed-hours.store.js';

/** Asks services for what their outboxes hold. */
@Injectable()
export class OutboxesClient {
  constructor(private readonly http: InternalHttp) {}

  /** Ids of the audited events of an hour, in pages, sorted. @throws AssayError as `InternalHttp.json` does */
  async *auditedIds({ service, from, until }: SealedHour): AsyncGenerator<Uuid[]> {
    let after: Uuid | null = null;
    do {
      const hour = `from=${from.toISOString()}&until=${until.toISOString()}`;
      const path: string = `/internal/outbox/audited?${hour}${after === null ? '' : `&after=${after}`}`;
      const ids: Uuid[] = await this.http.json<Uuid[]>(service, { method: 'GET', path, principal });
      if (ids.length > 0) yield ids;
      after = ids.length < limits.sealPageIds ? null : (ids.at(-1) ?? null);
    } while (after !== null);
  }

  /** The events themselves; those that the outbox no longer has are left out. */
  async envelopes(service: string, ids: readonly Uuid[]): Promise<Envelope[]> {
    const path = `/internal/outbox/envelopes?ids=${ids.join(',')}`;
    const texts = await this.http.json<string[]>(service, { method: 'GET', path, principal });
    return texts.map((text) => envelopeSchema.parse(JSON.parse(text)) as Envelope);
  }
}

const principal = servicePrincipal('audit', platformTenant);
